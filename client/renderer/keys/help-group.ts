// Commands that belong together, as the help and the settings of keys list them.
import type { Keyed } from './bindings.ts';

/** A command as it is listed. */
export interface ListedCommand extends Keyed {
  readonly name: string;
}

export interface HelpGroup<One extends ListedCommand = ListedCommand> {
  readonly id: string;
  readonly title: string;
  readonly commands: readonly One[];
}
