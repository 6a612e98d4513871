// Commands that belong together, as the help and the settings of keys list them.
import type { Keyed } from './bindings.ts';
import { keysOf } from './bindings.ts';

/** A command as it is listed. */
export interface ListedCommand extends Keyed {
  readonly name: string;
  /** The only modality that it is for; absent when for all. */
  readonly modality?: string;
}

export interface HelpGroup<One extends ListedCommand = ListedCommand> {
  readonly id: string;
  readonly title: string;
  /** The page whose keyboard runs them: other pages may use the same keys. */
  readonly page: 'worklist' | 'study';
  readonly commands: readonly One[];
}

/** The command that a key runs already where this one would be run by it too; undefined when there is none. */
export function rivalOf(
  chord: string,
  command: ListedCommand,
  groups: readonly HelpGroup[],
): ListedCommand | undefined {
  const page = groups.find(({ commands }) => commands.some(({ id }) => id === command.id))?.page;
  const beside = groups.filter((group) => group.page === page).flatMap(({ commands }) => commands);
  return beside.find(
    (other) => other.id !== command.id && isTogether(other, command) && keysOf(other).includes(chord),
  );
}

/** Whether two commands can be run on the same images. */
function isTogether(a: ListedCommand, b: ListedCommand): boolean {
  return !a.modality || !b.modality || a.modality === b.modality;
}
