// Finds commands by what is typed: parts of their names, or one of their keys.
import { keysOf } from './bindings.ts';
import { keyCap } from './chords.ts';
import type { HelpGroup, ListedCommand } from './help-group.ts';

/** The commands whose names hold every word that is typed, or that are on the key typed; groups without any are left out. */
export function matching<Group extends HelpGroup>(groups: readonly Group[], typed: string): Group[] {
  const words = typed.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...groups];
  const found = groups.map((group) => ({
    ...group,
    title: group.title,
    commands: group.commands.filter((command) => isFound(command, group.title, words, typed.trim())),
  }));
  return found.filter(({ commands }) => commands.length > 0);
}

function isFound(command: ListedCommand, title: string, words: readonly string[], typed: string): boolean {
  const name = `${command.name} ${title}`.toLocaleLowerCase();
  const isNamed = words.every((word) => name.includes(word));
  const caps = keysOf(command).map((key) => keyCap(key).toLocaleLowerCase());
  return isNamed || caps.includes(typed.toLocaleLowerCase());
}
