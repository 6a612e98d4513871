import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { makeZip } from '../../testing/make-zip.ts';
import { scratchFolder } from '../../testing/test-files.ts';
import { findSources } from './find-sources.ts';
import type { Found } from './source.ts';

async function find(...paths: string[]): Promise<Found[]> {
  const found: Found[] = [];
  for await (const one of findSources(paths)) found.push(one);
  return found;
}

const nameOf = (found: Found) =>
  'source' in found ? found.source.name : `${found.unusable.name}: ${found.unusable.code}`;

async function contentOf(found: Found | undefined): Promise<string> {
  if (!found || !('source' in found)) throw new Error('not a source');
  return (await buffer(await found.source.open())).toString();
}

describe('finding the files to import', () => {
  it('goes through folders in order of name and reads every file, hidden ones too', async () => {
    using scratch = scratchFolder();
    mkdirSync(path.join(scratch.path, 'b/deep'), { recursive: true });
    for (const name of ['z', 'a', '.hidden', 'b/deep/image.dcm'])
      writeFileSync(path.join(scratch.path, name), name);
    const found = await find(scratch.path);
    expect(found.map((one) => path.relative(scratch.path, nameOf(one)))).toEqual([
      '.hidden',
      'a',
      'b/deep/image.dcm',
      'z',
    ]);
    expect(await contentOf(found[2])).toBe('b/deep/image.dcm');
  });

  it('says of what it cannot use why, and goes on', async () => {
    using scratch = scratchFolder();
    const missing = path.join(scratch.path, 'missing');
    writeFileSync(path.join(scratch.path, 'there'), '');
    const socket = createServer().listen(path.join(scratch.path, 'socket'));
    await once(socket, 'listening');
    symlinkSync('nowhere', path.join(scratch.path, 'dangling'));
    const found = (await find(missing, scratch.path)).map((one) => path.relative(scratch.path, nameOf(one)));
    socket.close();
    expect(found).toEqual(['missing: no-such-file', 'dangling: no-such-file', 'socket: not-a-file', 'there']);
  });

  it.runIf(process.platform === 'linux')('says of a name that is no text what is wrong with it', async () => {
    using scratch = scratchFolder();
    const bytes = Buffer.concat([Buffer.from(`${scratch.path}/M`), Buffer.from([0xfc]), Buffer.from('ller')]);
    writeFileSync(bytes, '');
    const [found] = await find(scratch.path);
    expect(found).toMatchObject({
      unusable: { code: 'unreadable', reason: expect.stringContaining('not valid UTF-8') },
    });
  });

  it('follows links without going in circles', async () => {
    using scratch = scratchFolder();
    mkdirSync(path.join(scratch.path, 'folder'));
    writeFileSync(path.join(scratch.path, 'folder/file'), '');
    symlinkSync('..', path.join(scratch.path, 'folder/up'));
    expect((await find(scratch.path)).map((one) => path.relative(scratch.path, nameOf(one)))).toEqual([
      'folder/file',
    ]);
  });
});

describe('what changes or is our own', () => {
  it('leaves out the data folder of the Strata that imports, however it is reached', async () => {
    using scratch = scratchFolder();
    mkdirSync(path.join(scratch.path, 'strata/store'), { recursive: true });
    mkdirSync(path.join(scratch.path, 'strata-2'));
    for (const name of ['strata/lock', 'strata/store/blob', 'strata-2/image', 'image'])
      writeFileSync(path.join(scratch.path, name), '');
    symlinkSync('strata/store', path.join(scratch.path, 'link'));
    const found: Found[] = [];
    for await (const one of findSources([scratch.path], path.join(scratch.path, 'strata'))) found.push(one);
    expect(found.map((one) => path.relative(scratch.path, nameOf(one)))).toEqual([
      'image',
      'link: data-folder',
      'strata: data-folder',
      'strata-2/image',
    ]);
  });

  it('reads a file that grows up to where it ended when it was found', async () => {
    using scratch = scratchFolder();
    const file = path.join(scratch.path, 'growing');
    writeFileSync(file, 'begin');
    const [found] = await find(file);
    appendFileSync(file, ' and more');
    expect(await contentOf(found)).toBe('begin');
  });
});

describe('zip archives', () => {
  it('give their files, whatever the archive is called', async () => {
    using scratch = scratchFolder();
    const archive = path.join(scratch.path, 'archive.bin');
    const entries = ['a.dcm', 'folder/', 'folder/b.dcm', '../../up.dcm', 'C:\\c.dcm'];
    writeFileSync(
      archive,
      makeZip(entries.map((name) => ({ name, content: Buffer.from(`content of ${name}`) }))),
    );
    const found = await find(archive);
    expect(found.map(nameOf)).toEqual(
      ['a.dcm', 'folder/b.dcm', '../../up.dcm', 'C:/c.dcm'].map((name) => `${archive}/${name}`),
    );
    expect(await contentOf(found[1])).toBe('content of folder/b.dcm');
    expect(await contentOf(found[0])).toBe('content of a.dcm');
    expect(await contentOf(found[0])).toBe('content of a.dcm');
  });

  it('entries that claim too much, are encrypted or packed in unknown ways are refused one by one', async () => {
    using scratch = scratchFolder();
    const archive = path.join(scratch.path, 'hostile.zip');
    const content = Buffer.from('x');
    const bomb = Buffer.alloc(64 * 2 ** 20);
    writeFileSync(
      archive,
      makeZip([
        { name: 'large', content, claimedLength: 2 ** 32 - 2 },
        { name: 'bomb', content: bomb },
        { name: 'encrypted', content, flags: 1 },
        { name: 'packed', content, method: 99 },
        { name: 'good', content },
      ]),
    );
    const found = await find(archive);
    expect(found.map((one) => nameOf(one).slice(archive.length + 1))).toEqual([
      'large: too-large',
      'bomb: zip-limit',
      'encrypted: zip-encrypted',
      'packed: zip-method',
      'good',
    ]);
  });

  it('an entry that unpacks to another length than it says fails when it is read', async () => {
    using scratch = scratchFolder();
    const archive = path.join(scratch.path, 'lying.zip');
    writeFileSync(archive, makeZip([{ name: 'lying', content: Buffer.alloc(1000), claimedLength: 10 }]));
    const [found] = await find(archive);
    await expect(contentOf(found)).rejects.toThrow();
  });

  it('an entry whose bytes were changed on the way fails before its end, and never comes out whole', async () => {
    using scratch = scratchFolder();
    const archive = path.join(scratch.path, 'changed.zip');
    const content = randomBytes(300_000); // deflate stores what it cannot pack: changed bytes still unpack
    const bytes = makeZip([{ name: 'image.dcm', content }]);
    bytes[150_000] = (bytes[150_000] ?? 0) ^ 1;
    writeFileSync(archive, bytes);
    const [found] = await find(archive);
    if (!found || !('source' in found)) throw new Error('not a source');
    let length = 0;
    const reading = async () => {
      for await (const chunk of await found.source.open()) length += chunk.length;
    };
    await expect(reading()).rejects.toThrow(/checksum/);
    expect(length).toBeLessThan(content.length);
  });

  it('an archive inside an archive is refused with what to do', async () => {
    using scratch = scratchFolder();
    const archive = path.join(scratch.path, 'outer.zip');
    const inner = makeZip([{ name: 'a', content: Buffer.from('a') }]);
    writeFileSync(archive, makeZip([{ name: 'inner.ZIP', content: inner }]));
    expect((await find(archive)).map(nameOf)).toEqual([`${archive}/inner.ZIP: zip-in-zip`]);
  });

  it('a damaged archive is refused with its name', async () => {
    using scratch = scratchFolder();
    const archive = path.join(scratch.path, 'damaged.zip');
    writeFileSync(archive, makeZip([{ name: 'a', content: Buffer.from('a') }]).subarray(0, 40));
    expect((await find(archive)).map(nameOf)).toEqual([`${archive}: bad-zip`]);
  });
});
