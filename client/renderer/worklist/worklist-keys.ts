// The worklist by keyboard: type to filter, arrows to choose, Enter to open; what is on which key may be changed.
import { type Keyed, keysOf } from '../keys/bindings.ts';
import { chordOf } from '../keys/chords.ts';
import type { HelpGroup } from '../keys/help-group.ts';
import { goTo } from '../shell/location.ts';
import { settingsOpen } from '../shell/open-dialogs.ts';
import { keyTexts } from '../words/keys.ts';
import { worklistTexts } from '../words/worklist.ts';
import { noFilters } from './filters.ts';
import type { WorklistModel } from './worklist-model.ts';

/** What keys do besides moving in the list. */
export interface WorklistActions {
  readonly help: () => void;
  readonly saveSearch: () => void;
  /** @param number from 1 */
  readonly useSearch: (number: number) => void;
  readonly togglePanel: () => void;
}

export interface WorklistCommand extends Keyed {
  readonly name: string;
  readonly run: (model: WorklistModel, actions: WorklistActions) => void;
}

type Names = (typeof worklistTexts)['value']['keys'];
type Named = { [Name in keyof Names]: Names[Name] extends string ? Name : never }[keyof Names];

const command = (name: Named, key: string, run: WorklistCommand['run']): WorklistCommand => ({
  id: `worklist.${name}`,
  get name() {
    return worklistTexts.value.keys[name];
  },
  keys: [key],
  run,
});

const rowsPerPage = 15;
const move = (name: Named, key: string, by: number) => command(name, key, (model) => model.moveSelection(by));

/** What can be done in the list. */
const listCommands: readonly WorklistCommand[] = [
  command('search', '/', () => document.querySelector<HTMLInputElement>('#filter-name')?.focus()),
  move('next', 'ArrowDown', 1),
  move('previous', 'ArrowUp', -1),
  move('pageOn', 'PageDown', rowsPerPage),
  move('pageBack', 'PageUp', -rowsPerPage),
  move('first', 'Home', Number.NEGATIVE_INFINITY),
  move('last', 'End', Number.POSITIVE_INFINITY),
  command('open', 'Enter', (model) => {
    const study = model.selectedStudy.value;
    if (study) goTo(`/study/${study.studyUid}`);
  }),
  command('panel', 'i', (_, actions) => actions.togglePanel()),
  command('save', 's', (_, actions) => actions.saveSearch()),
  command('clear', 'Escape', (model) => {
    const { sort, direction } = model.filters.value;
    model.setFilters({ ...noFilters, sort, direction });
  }),
  command('help', '?', (_, actions) => actions.help()),
  command('settings', 'Ctrl+,', () => {
    settingsOpen.value = 'general';
  }),
];

/** The searches that were kept, by their digits. */
const searchCommands: readonly WorklistCommand[] = Array.from({ length: 9 }, (_, at) => ({
  id: `worklist.saved-${at + 1}`,
  get name() {
    return worklistTexts.value.keys.saved(at + 1);
  },
  keys: [String(at + 1)],
  run: (__, actions) => actions.useSearch(at + 1),
}));

/** The commands of the worklist as help and settings list them. */
export function worklistGroups(): readonly HelpGroup<WorklistCommand>[] {
  const { worklist } = keyTexts.value.groups;
  const { title } = worklistTexts.value.searches;
  return [
    { id: 'worklist', page: 'worklist', title: worklist, commands: listCommands },
    { id: 'searches', page: 'worklist', title, commands: searchCommands },
  ];
}

/** The command of an id, for who shows its keys. Throws when there is none. */
export function worklistCommand(name: Named): WorklistCommand {
  const found = listCommands.find(({ id }) => id === `worklist.${name}`);
  if (!found) throw new Error(`The worklist has no command ${name}.`);
  return found;
}

/** Keys that a field of text has no use for. */
const besideText = /^(?:ArrowUp|ArrowDown|PageUp|PageDown|Enter|Escape|F\d+)$/;

/** Acts on a key of the worklist page; leaves alone what a field needs itself. */
export function worklistKey(model: WorklistModel, event: KeyboardEvent, actions: WorklistActions): void {
  if (document.querySelector('dialog[open]')) return;
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const field = target instanceof HTMLInputElement ? target : null;
  if (field?.dataset.keys === 'own') return;
  const chord = chordOf(event);
  if (field && !besideText.test(chord)) return;
  // Arrows change a date field's parts, and a button answers to Enter and Space itself.
  if (field?.type === 'date' && chord !== 'Escape') return;
  if ((chord === 'Enter' || chord === ' ') && target.closest('button, a, summary')) return;
  const wanted = [...listCommands, ...searchCommands].find((one) => keysOf(one).includes(chord));
  if (!wanted) return;
  if (chord === 'Escape') field?.blur();
  wanted.run(model, actions);
  event.preventDefault();
}
