// Archives from anyone: what is in them is told, and nothing but the right bytes comes out.
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js';
import { expect, it } from 'vitest';
import { isArchive, sourcesOfArchive } from './archive.ts';
import { type Found, UnusableError } from './source.ts';

/** The same numbers every time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const next = random(7);
const noise = (length: number) => Uint8Array.from({ length }, () => Math.floor(next() * 256));
const contents = new Map([
  ['a.dcm', noise(3000)],
  ['disc/b.dcm', new Uint8Array(5000)],
  ['inner.ZIP', noise(10)],
]);

async function archiveOf(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const archive = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  for (const [name, bytes] of files) await archive.add(name, new Uint8ArrayReader(bytes));
  return new Uint8Array(await (await archive.close()).arrayBuffer());
}

async function find(bytes: Uint8Array<ArrayBuffer>): Promise<Found[]> {
  const found: Found[] = [];
  for await (const one of sourcesOfArchive('disc.zip', new Blob([bytes]))) found.push(one);
  return found;
}

it('gives the files, and says of an archive in it what to do', async () => {
  const bytes = await archiveOf(contents);
  expect(await isArchive(new Blob([bytes]))).toBe(true);
  const found = await find(bytes);
  expect(found.map((one) => ('source' in one ? one.source.name : one.unusable.code))).toEqual([
    'disc.zip/a.dcm',
    'disc.zip/disc/b.dcm',
    'zip-in-zip',
  ]);
  const [first] = found;
  if (!first || !('source' in first)) throw new Error('no source');
  expect(new Uint8Array(await (await first.source.open()).arrayBuffer())).toEqual(contents.get('a.dcm'));
});

it('an entry that unpacks to far more than any image does is refused before it is unpacked', async () => {
  const found = await find(await archiveOf(new Map([['bomb', new Uint8Array(32 * 2 ** 20)]])));
  expect(found).toEqual([{ unusable: { name: 'disc.zip/bomb', code: 'zip-limit' } }]);
});

it('never throws, and never gives other bytes than were packed, whatever is changed in an archive', async () => {
  const whole = await archiveOf(contents);
  for (let round = 0; round < 150; round++) {
    const bytes = whole.slice(0, next() < 0.2 ? Math.floor(next() * whole.length) : whole.length);
    for (let change = 0; change < 4; change++)
      bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
    for (const one of await find(bytes)) {
      if (!('source' in one)) continue;
      const opened = await one.source.open().catch((error: unknown) => error);
      if (opened instanceof UnusableError) continue;
      if (!(opened instanceof Blob)) throw opened;
      const got = new Uint8Array(await opened.arrayBuffer());
      const known = [...contents.values()].some((bytes) => Buffer.compare(bytes, got) === 0);
      // The sum of no bytes at all is right for any name.
      expect(known || got.length === 0).toBe(true);
    }
  }
});
