// Measurements that are not saved yet, kept as long as the tab or window, so that leaving a study or loading the page again
// loses none of them; a window that is closed leaves its own on the workstation, for the next one that opens the study.
import {
  MAX_MEASUREMENTS,
  type SavedMeasurement,
  savedMeasurements,
} from '@strata/protocol/saved-measurements';
import { dropSetting, keepSetting, keptSetting } from '../settings/kept-settings.ts';
import type { Changes } from './merge.ts';

/** Beside what else is kept of a page: wiped with it, by the browser with the tab, by the desktop at sign-out. */
const keyOf = (studyUid: string) => `strata.session.${studyUid}.measurements`;
const MOST_CHARACTERS = 2 ** 21;

const leftName = (studyUid: string) => `left-measurements.${studyUid}`;

/** The changes that were kept of a study; none when there is nothing that can be read. What a closed window left is taken. */
export function keptChanges(studyUid: string): Changes {
  const left = checkedChanges(keptSetting(leftName(studyUid)));
  dropSetting(leftName(studyUid));
  const kept = checkedChanges(keptHere(studyUid));
  // This window's own word about a measurement counts.
  const here = new Set([...kept.changed.map(({ uid }) => uid), ...kept.removed]);
  return {
    changed: [...kept.changed, ...left.changed.filter(({ uid }) => !here.has(uid))],
    removed: [...kept.removed, ...left.removed.filter((uid) => !here.has(uid))],
  };
}

/** Leaves the changes of a study on the workstation: the window is being closed, or may be. */
export function leaveChanges(studyUid: string, changes: Changes): void {
  if (isEmpty(changes) || JSON.stringify(changes).length > MOST_CHARACTERS) return;
  keepSetting(leftName(studyUid), changes);
}

function keptHere(studyUid: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(studyUid)) ?? 'null');
  } catch {
    return null;
  }
}

function checkedChanges(kept: unknown): Changes {
  const { changed, removed } = (kept ?? {}) as { changed?: unknown; removed?: unknown };
  const uids = Array.isArray(removed) ? removed : [];
  try {
    const { measurements } = savedMeasurements({ measurements: changed ?? [] });
    return {
      changed: measurements as readonly SavedMeasurement[],
      removed: uids.filter((uid) => typeof uid === 'string').slice(0, MAX_MEASUREMENTS),
    };
  } catch {
    return { changed: [], removed: [] };
  }
}

function isEmpty({ changed, removed }: Changes): boolean {
  return changed.length + removed.length === 0;
}

/** Keeps the changes of a study in the place of those before. */
export function keepChanges(studyUid: string, changes: Changes): void {
  try {
    const text = JSON.stringify(changes);
    if (isEmpty(changes)) sessionStorage.removeItem(keyOf(studyUid));
    else if (text.length <= MOST_CHARACTERS) sessionStorage.setItem(keyOf(studyUid), text);
  } catch {
    // full, or not allowed: the page works without
  }
}
