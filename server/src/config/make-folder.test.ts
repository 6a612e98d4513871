import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../testing/test-files.ts';
import { makeFolder } from './make-folder.ts';

it('makes a folder with those above it, and is content with one that is there', async () => {
  using scratch = scratchFolder();
  const deep = path.join(scratch.path, 'a/b/c');
  await makeFolder(deep);
  await makeFolder(deep);
  expect(existsSync(deep)).toBe(true);
  symlinkSync('a', path.join(scratch.path, 'link'));
  await makeFolder(path.join(scratch.path, 'link/b/d'));
  expect(existsSync(path.join(scratch.path, 'a/b/d'))).toBe(true);
});

it('fails, and does not hang, where no folder can be made', async () => {
  using scratch = scratchFolder();
  const file = path.join(scratch.path, 'file');
  writeFileSync(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(path.join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  if (process.platform === 'linux') {
    await expect(makeFolder('/proc/nowhere/below')).rejects.toMatchObject({ code: 'ENOENT' });
  }
});
