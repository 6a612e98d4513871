// Under which user the server runs, and how: PostgreSQL refuses root, and that user may not reach our folders.
import { execFileSync } from 'node:child_process';
import { chownSync, lstatSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { MetadataError } from '../errors.ts';

/** A user other than the one that we run as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** A program with its arguments, and the user to start it as where the system does that by itself. */
export interface Command {
  readonly file: string;
  readonly args: string[];
  readonly identity: Account | Record<string, never>;
}

/**
 * The user to run the server of this folder as; null when we may run it ourselves.
 * Throws MetadataError `start-failed` when the folder belongs to somebody else.
 * @param cluster the server's folder, which need not exist yet
 */
export function accountFor(cluster: string): Account | null {
  if (!process.getuid) return null; // Windows: PostgreSQL gives up rights by itself
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (process.getuid() === 0) {
    return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : unprivilegedAccount();
  }
  if (owner && owner.uid !== process.getuid()) {
    const advice = `Start Strata as that user or as root, or give it to this one: chown -R ${process.getuid()} ${cluster}`;
    throw new MetadataError(
      'start-failed',
      `The database folder ${cluster} belongs to user ${owner.uid}. ${advice}`,
    );
  }
  return null;
}

function unprivilegedAccount(): Account {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      const account = { uid: id('-u'), gid: id('-g') };
      if (account.uid > 0 && account.gid > 0) return account;
    } catch {
      // no such user here: the next one
    }
  }
  throw new MetadataError(
    'start-failed',
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as. Make one (useradd --system postgres) or start Strata as an ordinary user.',
  );
}

/** Gives a folder and all in it to the account. Links are not followed. */
export function giveTo(account: Account, folder: string): void {
  if (lstatSync(folder).isSymbolicLink()) return;
  if (lstatSync(folder).isDirectory()) {
    for (const name of readdirSync(folder)) giveTo(account, path.join(folder, name));
  }
  chownSync(folder, account.uid, account.gid);
}

/**
 * How to start a program as the account. When the account cannot pass the folders above the program or above the data
 * (a folder of mode 0700 in /root or /tmp), it goes through `setpriv`, which leaves it the one right to pass and nothing
 * else. Throws MetadataError `start-failed` when that is not possible here.
 */
export function commandAs(account: Account | null, program: string, args: string[], data: string): Command {
  if (!account) return { file: program, args, identity: {} };
  const blocked = [path.dirname(program), data]
    .map((folder) => firstImpassable(folder, account))
    .find(Boolean);
  const executable = mayExecute(program, account);
  if (!blocked && executable) return { file: program, args, identity: account };
  checkSetpriv(blocked ?? program, account);
  // To read suffices to pass folders; only a program without the execute bit for others needs more.
  const right = executable ? 'dac_read_search' : 'dac_override';
  const limits = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    `--inh-caps=-all,+${right}`,
    `--ambient-caps=+${right}`,
    `--bounding-set=-all,+${right}`,
    '--no-new-privs',
    // Else access(2), with which the programs look for each other, forgets the right.
    '--securebits=+no_setuid_fixup',
  ];
  return { file: 'setpriv', args: [...limits, program, ...args], identity: {} };
}

function firstImpassable(folder: string, account: Account): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (!mayExecute(at, account)) return at;
    if (at === path.dirname(at)) return undefined;
  }
}

function mayExecute(file: string, account: Account): boolean {
  const { uid, gid, mode } = statSync(file);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function checkSetpriv(blocked: string, account: Account): void {
  try {
    const output = execFileSync('setpriv', ['--help'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (output.includes('--ambient-caps') && output.includes('--securebits')) return;
  } catch {
    // not installed: told below
  }
  const advice = `Let it pass (chmod o+x ${blocked}), install setpriv (util-linux), use another --data folder, or start Strata as an ordinary user.`;
  throw new MetadataError(
    'start-failed',
    `PostgreSQL must run as user ${account.uid}, because it refuses root, and that user may not pass ${blocked}. ${advice}`,
  );
}
