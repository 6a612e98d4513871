// What is to be done with an attribute by the profile and its options (PS3.15 section E.1.1 and table E.1-1).
import type { DeidentifyOptions } from './options.ts';
import { PROFILE_TABLE } from './profile-table.ts';

/** The actions of table E.1-1a, a letter or several of which one is chosen by the attribute's type. */
export type BasicAction = 'X' | 'Z' | 'D' | 'U' | 'X/Z' | 'X/D' | 'Z/D' | 'X/Z/D' | 'X/Z/U*';

/** What an option demands instead: to keep, or to clean in the way of that option. */
type OptionAction = 'K' | 'C';

interface Row {
  readonly basic: BasicAction;
  /** Whether the attribute is one of the dates and times that the temporal options keep or change. */
  readonly dates: boolean;
  readonly options: Readonly<Record<string, OptionAction | undefined>>;
}

/** What is done: the basic action, or what an option demands. */
export type Action =
  | { readonly by: 'profile'; readonly basic: BasicAction }
  | { readonly by: 'option'; readonly how: 'keep' | 'shift' | 'clean-text' | 'pseudonym' };

function parseTable(): Map<number, Row> {
  const rows = new Map<number, Row>();
  let row: Row | null = null;
  for (const line of PROFILE_TABLE.trim().split('\n')) {
    if (!line.startsWith(' ')) {
      row = parseHead(line);
      continue;
    }
    for (const tag of line.trim().split(' ')) if (row) rows.set(Number.parseInt(tag, 16), row);
  }
  return rows;
}

function parseHead(line: string): Row {
  const [basic = 'X', ...more] = line.replace(/ \|$/, '').split(' ');
  const options = more.filter((one) => one.includes(':')).map((one) => one.split(':'));
  return {
    basic: basic as BasicAction,
    dates: more.includes('dates'),
    options: Object.fromEntries(options) as Row['options'],
  };
}

const table = parseTable();

/** Every attribute that the table lists by itself. */
export function profileTags(): Iterable<number> {
  return table.keys();
}

const isGroup = (tag: number, upper: number): boolean => tag >>> 24 === upper && ((tag >>> 16) & 1) === 0;

/** Curves: X of table E.1-1. Overlays: of a plane without its data nothing is left that could be shown, so all of it goes. */
function inRemovedGroup(tag: number): boolean {
  return isGroup(tag, 0x50) || isGroup(tag, 0x60);
}

/** @returns null for what the profile does not list; private attributes are not listed */
export function profileAction(tag: number, options: DeidentifyOptions): Action | null {
  if (inRemovedGroup(tag)) return { by: 'profile', basic: 'X' };
  const row = table.get(tag);
  if (!row) return null;
  const how = optionAction(row, options);
  return how ? { by: 'option', how } : { by: 'profile', basic: row.basic };
}

/** What the basic profile does where an option cannot do what it should; what is not listed goes. */
export function basicAction(tag: number): BasicAction {
  return table.get(tag)?.basic ?? 'X';
}

/** An option overrides the basic profile (E.1.1); of several, the one that keeps less. */
function optionAction(row: Row, options: DeidentifyOptions): Extract<Action, { by: 'option' }>['how'] | null {
  const { uids, device, institution, patient, descriptors } = row.options;
  if (row.dates && options.retainDates === 'modified') return 'shift';
  if (options.cleanDescriptors && descriptors === 'C') return 'clean-text';
  // Titles of application entities may hold names of people and places (E.3.8).
  if (options.retainDevice && device === 'C') return 'pseudonym';
  const kept =
    (row.dates && options.retainDates === 'full') ||
    (options.retainUids && uids === 'K') ||
    (options.retainDevice && device === 'K') ||
    (options.retainInstitution && institution === 'K') ||
    (options.retainPatientCharacteristics && patient === 'K');
  return kept ? 'keep' : null;
}
