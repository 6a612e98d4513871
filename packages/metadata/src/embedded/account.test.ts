// The server's user and its ways to programs and folders that it may not pass.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accountFor, commandAs } from './account.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster, ensureFolder } from './cluster.ts';
import { startServer, stopServer } from './server.ts';

const isRoot = process.getuid?.() === 0;

function freshFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'strata-account-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function forOwnerOnly(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    chmodSync(file, statSync(file).mode & 0o700);
  }
}

describe('the account of the server', () => {
  it('can start programs that lie where it may not go, also those installed for their owner only', async () => {
    const installed = path.resolve((await findBinaries()).postgres, '../..');
    for (const hide of [() => undefined, forOwnerOnly]) {
      const home = freshFolder();
      cpSync(installed, path.join(home, 'native'), { recursive: true, verbatimSymlinks: true });
      hide(home);
      const program = (name: string) => path.join(home, 'native/bin', name);
      const binaries = { postgres: program('postgres'), initdb: program('initdb') };
      const folder = ensureFolder(path.join(home, 'metadata'));
      const cluster = await ensureCluster(folder, binaries);
      const server = await startServer(cluster, binaries, path.join(folder, 'postgres.log'), () => undefined);
      expect(server.port).toBeGreaterThan(0);
      await stopServer(server, 5000);
      expect((await server.ended).code).toBe(0);
    }
  });

  it('is nobody else when Strata is an ordinary user, and needs no help where it may pass', () => {
    const account = accountFor(path.join(freshFolder(), 'cluster'));
    expect(account === null).toBe(!isRoot);
    expect(commandAs(account, '/bin/true', ['a'], '/')).toEqual({
      file: '/bin/true',
      args: ['a'],
      identity: account ?? {},
    });
  });

  it('gets through closed folders with one right and no other', () => {
    const account = { uid: 65533, gid: 65533 };
    const closed = path.join(freshFolder(), 'closed');
    mkdirSync(closed, { mode: 0o700 });
    if (process.platform !== 'linux') {
      expect(() => commandAs(account, '/bin/true', [], closed)).toThrow('chmod o+x');
      return;
    }
    const { file, args, identity } = commandAs(account, '/bin/true', ['a'], closed);
    expect([file, identity, args.slice(-2)]).toEqual(['setpriv', {}, ['/bin/true', 'a']]);
    expect(args).toContain('--bounding-set=-all,+dac_read_search');
    expect(args).toContain('--no-new-privs');
  });
});
