// Which keys run which command: the usual ones, unless the user of this workstation has set others.
import { signal } from '@preact/signals';
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';

/** What of a command matters for its keys. */
export interface Keyed {
  readonly id: string;
  /** The usual ones. */
  readonly keys: readonly string[];
}

/** Keys by the id of the command: only of commands whose keys were changed. */
export type KeyChanges = Readonly<Record<string, readonly string[]>>;

const setting = 'keys';
const mostCommands = 1_000;
export const mostKeys = 6;
const isId = (id: string): boolean => /^[\p{L}\p{N}. _–-]{1,100}$/u.test(id);
const isChord = (chord: unknown): chord is string =>
  typeof chord === 'string' && /^(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:\S| |\w{2,20})$/u.test(chord);

/** What the user has set. */
export const keyChanges = signal<KeyChanges>(readKeyChanges(keptSetting(setting)));

/** The keys that run a command now. */
export function keysOf({ id, keys }: Keyed): readonly string[] {
  return keyChanges.value[id] ?? keys;
}

/** Gives a command other keys, none for an empty list. */
export function setKeys(command: Keyed, keys: readonly string[]): void {
  const { [command.id]: _, ...others } = keyChanges.value;
  const isUsual = keys.length === command.keys.length && keys.every((key, at) => key === command.keys[at]);
  keepKeyChanges(isUsual ? others : { ...others, [command.id]: keys.slice(0, mostKeys) });
}

/** Takes all changes in place of those that there are; none for the usual keys everywhere. */
export function keepKeyChanges(changes: KeyChanges): void {
  keyChanges.value = changes;
  keepSetting(setting, changes);
}

/** Changes as they were kept or exported, as far as they can be read. */
export function readKeyChanges(kept: unknown): KeyChanges {
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {};
  const known = Object.entries(kept as Record<string, unknown>).slice(0, mostCommands);
  const read = known.flatMap(([id, keys]) => {
    if (!isId(id) || !Array.isArray(keys) || !keys.every(isChord)) return [];
    return [[id, [...new Set(keys)].slice(0, mostKeys)] as const];
  });
  return Object.fromEntries(read);
}
