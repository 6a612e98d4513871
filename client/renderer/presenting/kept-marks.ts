// Marks that are not saved yet, kept on the workstation until they are: leaving the study or closing the window loses none.
import { dropSetting, keepSetting, keptSetting } from '../settings/kept-settings.ts';
import type { MarkedNames } from './key-marks.ts';

const nameOf = (studyUid: string) => `key-marks.${studyUid}`;
const MOST = 2000;

/** Keeps how the marks differ from those that are saved. */
export function keepMarks(studyUid: string, saved: MarkedNames, marks: MarkedNames): void {
  const added = [...marks].filter((name) => !saved.has(name));
  const removed = [...saved].filter((name) => !marks.has(name));
  if (added.length + removed.length === 0) dropSetting(nameOf(studyUid));
  else keepSetting(nameOf(studyUid), { added, removed });
}

/** The saved marks with what was kept; the same set where nothing was, or where all of it is saved by now. */
export function withKept(studyUid: string, saved: MarkedNames): MarkedNames {
  const { added, removed } = (keptSetting(nameOf(studyUid)) ?? {}) as Record<string, unknown>;
  const gone = new Set(namesIn(removed));
  const more = namesIn(added).filter((name) => !saved.has(name));
  const kept = [...saved].filter((name) => !gone.has(name));
  return more.length === 0 && kept.length === saved.size ? saved : new Set([...kept, ...more]);
}

function namesIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [])
    .filter(
      (name): name is string => typeof name === 'string' && /^[0-9A-Za-z._-]{1,64}\/\d{1,10}$/.test(name),
    )
    .slice(0, MOST);
}
