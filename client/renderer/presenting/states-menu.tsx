// The menu of presentation states: keep what is shown, show it as it was, or as one of the states says.
import { displayDateTime } from '../format/dates.ts';
import type { Command } from '../study/commands.ts';
import { Icon } from '../study/icons.tsx';
import { Menu } from '../study/menu.tsx';
import type { PageModels } from '../study/page-models.ts';
import { presentingTexts } from '../words/presenting.ts';
import { stateCommands } from './commands.ts';
import type { StoredState } from './states-model.ts';

/** Entries; more are not looked through in a menu. */
const most = 40;

interface StateCommand extends Command {
  readonly state: StoredState;
}

export function StatesMenu({ page }: { page: PageModels }) {
  return (
    <Menu
      kind={page.viewer.presented.value ? 'states-menu in-hand' : 'states-menu'}
      part="states"
      label={<Icon name="states" />}
      title={presentingTexts.value.states}
      commands={statesOffered(page)}
      numbers={stateNumbers}
      chosen={isStateShown(page)}
      onChoose={(command) => command.run(page)}
    />
  );
}

/** What can be done with states, and those that fit the active viewport. */
export function statesOffered({ states, viewer }: PageModels): readonly Command[] {
  return [...stateCommands, ...states.fitting(viewer).slice(0, most).map(commandOf)];
}

/** Who made the state that a command shows, and when; empty for other commands. */
export function stateNumbers(command: Command): string {
  return 'state' in command ? whenOf((command as StateCommand).state) : '';
}

/** Whether a command is the state that is shown. */
export const isStateShown =
  ({ viewer }: PageModels) =>
  ({ id }: Command): boolean =>
    viewer.presented.value !== null && id === `state.${viewer.presented.value.uid}`;

function commandOf(state: StoredState): StateCommand {
  return {
    id: `state.${state.sopInstanceUid}`,
    name: state.title || state.content.label,
    keys: [],
    state,
    run: ({ states, viewer }) => states.apply(viewer, state),
  };
}

/** Who made it, and when. */
function whenOf({ author, at, maker }: StoredState): string {
  const when = displayDateTime(at.slice(0, 10).replaceAll('-', ''), at.slice(11, 16).replace(':', ''));
  return [author.replace('^', ', ') || maker, when].filter(Boolean).join(' · ');
}
