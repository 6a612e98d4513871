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
  const { states, viewer } = page;
  const now = viewer.presented.value?.uid;
  const found = states.fitting(viewer).slice(0, most).map(commandOf);
  return (
    <Menu
      kind={now ? 'states-menu in-hand' : 'states-menu'}
      label={<Icon name="states" />}
      title={presentingTexts.value.states}
      commands={[...stateCommands, ...found]}
      numbers={(command) => ('state' in command ? whenOf((command as StateCommand).state) : '')}
      chosen={({ id }) => id === `state.${now}`}
      onChoose={(command) => command.run(page)}
    />
  );
}

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
