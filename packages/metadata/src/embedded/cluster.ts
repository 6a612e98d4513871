// Makes the server's folder on the first start: all of it or nothing, whenever the power goes.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { MetadataError } from '../errors.ts';
import { type Account, accountFor, commandAs, giveTo } from './account.ts';
import type { Binaries } from './binaries.ts';

/** The name of the database's one user. */
export const USER = 'strata';

/** A folder with a database: where it is, and the user to run its server as (null: ourselves). */
export interface Cluster {
  readonly folder: string;
  readonly account: Account | null;
}

/** Where the password of the database in this folder is kept, mode 0600. */
export function passwordFile(folder: string): string {
  return path.join(folder, 'password');
}

/**
 * The database of the folder; a new one when there is none. Throws MetadataError `start-failed`.
 * @param folder absolute, without symbolic links, and locked
 */
export async function ensureCluster(folder: string, binaries: Binaries): Promise<Cluster> {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('setup-')) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
  const cluster = path.join(folder, 'cluster');
  const account = accountFor(cluster);
  if (!existsSync(cluster)) await makeCluster(folder, cluster, account, binaries);
  checkVersion(cluster);
  // A folder that root copied from elsewhere belongs to root.
  if (account && statSync(cluster).uid !== account.uid) giveTo(account, cluster);
  // PostgreSQL refuses one that others may read.
  if (process.platform !== 'win32' && statSync(cluster).mode & 0o077) chmodSync(cluster, 0o700);
  if (!existsSync(passwordFile(folder))) {
    throw new MetadataError(
      'start-failed',
      `The password of the database is gone: restore ${passwordFile(folder)} from a backup.`,
    );
  }
  return { folder: realpathSync(cluster), account };
}

async function makeCluster(
  folder: string,
  cluster: string,
  account: Account | null,
  binaries: Binaries,
): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  writeDurably(passwordFile(folder), password);
  const setup = mkdtempSync(path.join(folder, 'setup-'));
  const given = path.join(setup, 'password');
  writeFileSync(given, password, { mode: 0o600 });
  if (account) giveTo(account, setup);
  const made = path.join(setup, 'cluster');
  await run(account, binaries.initdb, setup, [
    `--pgdata=${made}`,
    `--username=${USER}`,
    `--pwfile=${given}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ]);
  renameSync(made, cluster); // initdb has fsynced all that is in it
  syncFolder(folder);
  rmSync(setup, { recursive: true, force: true });
}

async function run(account: Account | null, program: string, data: string, args: string[]): Promise<void> {
  const command = commandAs(account, program, args, data);
  const child = spawn(command.file, command.args, {
    ...command.identity,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => process.off('exit', end));
  if (code === 0) return;
  const said = Buffer.concat(output).toString().trim().split('\n').slice(-6).join('\n');
  const full = said.includes('No space left on device');
  throw new MetadataError(
    full ? 'no-space' : 'start-failed',
    full
      ? `The disk is full: no room for the database in ${data}.`
      : `Cannot make the database in ${data}: ${said}`,
  );
}

/** What the server's programs see of our environment: nothing that could redirect them. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return {
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(PATH && { PATH }),
    ...(SystemRoot && { SystemRoot }),
    ...(TEMP && { TEMP }),
  };
}

function checkVersion(cluster: string): void {
  const version = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (version === '18') return;
  throw new MetadataError(
    'start-failed',
    `The database in ${cluster} was made by PostgreSQL ${version}, this Strata carries 18: start it with the Strata that made it and export, or run pg_upgrade.`,
  );
}

function writeDurably(file: string, text: string): void {
  rmSync(file, { force: true });
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes the folder when it is new and returns its path without symbolic links. */
export function ensureFolder(folder: string): string {
  makeFolder(folder);
  return realpathSync(folder);
}

// Not mkdir's own `recursive`: it never returns where the system answers ENOENT for every new folder, as in /proc.
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (!existsSync(path.dirname(folder))) makeFolder(path.dirname(folder));
  // Others may pass it but not look into it: the server's user must reach `cluster`.
  mkdirSync(folder, { mode: 0o711 });
  syncFolder(path.dirname(folder));
}
