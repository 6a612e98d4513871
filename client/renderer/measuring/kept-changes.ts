// Measurements that are not saved yet, kept as long as the tab or window, so that leaving a study or loading the page again
// loses none of them.
import {
  MAX_MEASUREMENTS,
  type SavedMeasurement,
  savedMeasurements,
} from '@strata/protocol/saved-measurements';
import type { Changes } from './merge.ts';

/** Beside what else is kept of a page: wiped with it, by the browser with the tab, by the desktop at sign-out. */
const keyOf = (studyUid: string) => `strata.session.${studyUid}.measurements`;
const MOST_CHARACTERS = 2 ** 21;

/** The changes that were kept of a study; none when there is nothing that can be read. */
export function keptChanges(studyUid: string): Changes {
  try {
    const { changed, removed } = JSON.parse(sessionStorage.getItem(keyOf(studyUid)) ?? '{}') as {
      changed?: unknown;
      removed?: unknown;
    };
    const { measurements } = savedMeasurements({ measurements: changed ?? [] });
    const uids = Array.isArray(removed) ? removed : [];
    return {
      changed: measurements as readonly SavedMeasurement[],
      removed: uids.filter((uid) => typeof uid === 'string').slice(0, MAX_MEASUREMENTS),
    };
  } catch {
    return { changed: [], removed: [] };
  }
}

/** Keeps the changes of a study in the place of those before. */
export function keepChanges(studyUid: string, changes: Changes): void {
  try {
    const text = JSON.stringify(changes);
    if (changes.changed.length + changes.removed.length === 0) sessionStorage.removeItem(keyOf(studyUid));
    else if (text.length <= MOST_CHARACTERS) sessionStorage.setItem(keyOf(studyUid), text);
  } catch {
    // full, or not allowed: the page works without
  }
}
