import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../testing/test-files.ts';
import { openDataFolder, prepareDataFolder, writeDurably } from './data-folder.ts';
import { tryLock } from './lock.ts';
import { readRunFile, removeRunFile, writeRunFile } from './run-file.ts';

describe('the data folder', () => {
  it('is made with its parents, and keeps its identity', async () => {
    using scratch = scratchFolder();
    const folder = path.join(scratch.path, 'a/b/data');
    await prepareDataFolder(folder);
    const first = await openDataFolder(folder);
    await prepareDataFolder(folder);
    expect((await openDataFolder(folder)).id).toBe(first.id);
  });

  it('is not made of a folder that holds other things', async () => {
    using scratch = scratchFolder();
    writeFileSync(path.join(scratch.path, 'holiday.jpg'), '');
    await expect(prepareDataFolder(scratch.path)).rejects.toMatchObject({ code: 'not-a-data-folder' });
  });

  it('of a newer Strata is refused', async () => {
    using scratch = scratchFolder();
    writeFileSync(path.join(scratch.path, 'strata.json'), '{"id":"x","version":2}');
    await expect(openDataFolder(scratch.path)).rejects.toMatchObject({ code: 'newer-version' });
  });

  it('with a damaged identity is refused, and left as it is', async () => {
    using scratch = scratchFolder();
    const file = path.join(scratch.path, 'strata.json');
    writeFileSync(file, '{"id":');
    await expect(openDataFolder(scratch.path)).rejects.toMatchObject({ code: 'not-a-data-folder' });
    expect(readFileSync(file, 'utf8')).toBe('{"id":');
  });

  it('that cannot be made, because a file is in its way, is refused with its path', async () => {
    using scratch = scratchFolder();
    const file = path.join(scratch.path, 'a-file');
    writeFileSync(file, '');
    const refused = prepareDataFolder(path.join(file, 'data'));
    await expect(refused).rejects.toMatchObject({ code: 'not-a-data-folder' });
    await expect(refused).rejects.toThrow(file);
    await expect(prepareDataFolder(file)).rejects.toThrow(/there is a file of that name/);
  });

  it('leaves no temporary file when a write fails', async () => {
    using scratch = scratchFolder();
    mkdirSync(path.join(scratch.path, 'taken'));
    await expect(writeDurably(path.join(scratch.path, 'taken'), 'x')).rejects.toThrow();
    expect(readdirSync(scratch.path)).toEqual(['taken']);
  });
});

describe('the lock of the data folder', () => {
  it('is held by one at a time, through links too, and can be taken again', () => {
    using scratch = scratchFolder();
    const folder = path.join(scratch.path, 'data');
    const link = path.join(scratch.path, 'link');
    mkdirSync(folder);
    symlinkSync(folder, link);
    const lock = tryLock(folder);
    expect(lock).not.toBeNull();
    expect(tryLock(link)).toBeNull();
    lock?.release();
    const again = tryLock(link);
    expect(again).not.toBeNull();
    again?.release();
  });
});

describe('run.json', () => {
  it('says where the process answers, until it is removed', async () => {
    using scratch = scratchFolder();
    const info = { pid: 7, url: 'http://127.0.0.1:4280', command: 'start' };
    await writeRunFile(scratch.path, info);
    expect(await readRunFile(scratch.path)).toEqual(info);
    await removeRunFile(scratch.path);
    expect(await readRunFile(scratch.path)).toBeNull();
  });

  it.each(['', '{', '[]', '{"pid":1,"url":"http://evil.example:80","command":"start"}', '{"pid":"1"}'])(
    'is as good as none when it holds %s',
    async (text) => {
      using scratch = scratchFolder();
      writeFileSync(path.join(scratch.path, 'run.json'), text);
      expect(await readRunFile(scratch.path)).toBeNull();
    },
  );
});
