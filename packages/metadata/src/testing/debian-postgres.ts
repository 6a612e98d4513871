// The distribution's PostgreSQL 15, for what must work beyond the embedded one.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accountFor, giveTo } from '../embedded/account.ts';

const programs = '/usr/lib/postgresql/15/bin';

/** Whether the package is installed. */
export const hasDebianPostgres = existsSync(path.join(programs, 'initdb'));

export interface DebianPostgres {
  readonly url: string;
  stop(): void;
}

/** A server in a temporary folder, on 127.0.0.1, without fsync. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-postgres15-'));
  const account = accountFor(path.join(folder, 'cluster'));
  if (account) giveTo(account, folder);
  const run = (program: string, ...args: string[]) =>
    execFileSync(path.join(programs, program), args, { ...account, cwd: '/', stdio: 'ignore' });
  const at = path.join(folder, 'cluster');
  const port = await freePort();
  run('initdb', '-D', at, '-U', 'strata', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync');
  run('pg_ctl', 'start', '-w', '-D', at, '-o', `-p ${port} -h 127.0.0.1 -k '' -F`);
  return {
    url: `postgres://strata@127.0.0.1:${port}/postgres`,
    stop: () => {
      run('pg_ctl', 'stop', '-m', 'immediate', '-D', at);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
