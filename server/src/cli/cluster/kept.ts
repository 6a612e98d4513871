// What the folder of `strata cluster init` keeps from one run to the next: the authority, the passwords, who was a node.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../failure.ts';
import type { Passwords } from './plan.ts';

interface Kept {
  readonly passwords: Passwords;
  /** Names of all nodes that there ever were. */
  readonly nodes: readonly string[];
}

/** Where the authority's key and the passwords are; its being there says that the folder is ours. */
export function secretsFolder(out: string): string {
  return path.join(out, 'secrets');
}

/** Null when nothing was kept yet. Throws CommandError when the file is damaged. */
export function readKept(out: string): Kept | null {
  const file = path.join(secretsFolder(out), 'cluster.json');
  if (!existsSync(file)) return null;
  try {
    const { passwords, nodes } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
    const words = [passwords.superuser, passwords.replication, passwords.rewind, passwords.strata];
    // They stand in SQL and YAML as they are.
    if (words.every((word) => /^[\w-]{16,}$/.test(word)) && Array.isArray(nodes)) return { passwords, nodes };
  } catch {
    // told below
  }
  throw new CommandError(`${file} is damaged: restore it, or name another folder for a new cluster.`);
}

export function writeKept(out: string, kept: Kept): void {
  writeFiles(secretsFolder(out), { 'cluster.json': `${JSON.stringify(kept, null, 2)}\n` });
}

/** Writes files that only their owner can read; scripts he can run too. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    chmodSync(file, name.endsWith('.sh') ? 0o700 : 0o600);
  }
}
