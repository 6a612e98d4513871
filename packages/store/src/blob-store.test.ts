// Blobs go in whole, come back byte for byte, and what is wrong with one on the disk is found.
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlobStore } from './blob-store.ts';
import { filesBelow, freshFolder } from './testing/folders.ts';

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const pathOf = (folder: string, digest: string) =>
  path.join(folder, 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest);

async function listed(store: BlobStore): Promise<Map<string, number>> {
  const blobs = new Map<string, number>();
  for await (const { digest, length } of store.list()) blobs.set(digest, length);
  return blobs;
}

describe('a blob store', () => {
  it('gives back what was put, whole and any range of it, whatever the parts were', async () => {
    const store = await BlobStore.open(freshFolder());
    const parts = fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(parts, fc.double({ min: 0, max: 1, noNaN: true }), async (given, where) => {
        const whole = Buffer.concat(given);
        const { digest, length } = await store.put(given);
        expect([digest, length]).toEqual([sha256(whole), whole.length]);
        expect(Buffer.from(await store.get(digest)).equals(whole)).toBe(true);
        const offset = Math.floor(where * whole.length);
        const range = await store.read(digest, offset, (whole.length - offset) >> 1);
        expect(Buffer.from(range).equals(whole.subarray(offset, offset + range.length))).toBe(true);
        expect(await store.verify(digest)).toEqual({ digest, state: 'good', length });
      }),
      { numRuns: 60 },
    );
  });

  it('keeps a blob of many and large parts', async () => {
    const store = await BlobStore.open(freshFolder());
    const parts = [...Array.from({ length: 3000 }, () => randomBytes(7)), randomBytes(20 * 2 ** 20)];
    const { digest, length } = await store.put(parts);
    expect([digest, length]).toEqual([sha256(...parts), 3000 * 7 + 20 * 2 ** 20]);
    expect((await store.verify(digest)).state).toBe('good');
  });

  it('still has every blob when it is opened again, and lists each once', async () => {
    const folder = freshFolder();
    const store = await BlobStore.open(folder);
    const put = await Promise.all(Array.from({ length: 40 }, (_, n) => store.put([randomBytes(n)])));
    const again = await BlobStore.open(folder);
    expect(await listed(again)).toEqual(new Map(put.map(({ digest, length }) => [digest, length])));
    for (const { digest, length } of put) expect(await again.size(digest)).toBe(length);
    expect(await again.has('0'.repeat(64))).toBe(false);
  });

  it('lists blobs and nothing that others left beside them', async () => {
    const folder = freshFolder();
    const store = await BlobStore.open(folder);
    const { digest, length } = await store.put([Buffer.from('levels')]);
    const shard = path.dirname(pathOf(folder, digest));
    mkdirSync(path.join(folder, 'blobs/lost+found'));
    for (const beside of [path.join(folder, 'blobs'), path.dirname(shard), shard])
      writeFileSync(path.join(beside, '.DS_Store'), '');
    expect(await listed(store)).toEqual(new Map([[digest, length]]));
  });

  it('stores the same blob once when it is put many times at once, through several stores', async () => {
    const folder = freshFolder();
    const stores = await Promise.all([
      BlobStore.open(folder),
      BlobStore.open(folder),
      BlobStore.open(folder),
    ]);
    const blob = randomBytes(300_000);
    const put = await Promise.all(
      stores.flatMap((store) => Array.from({ length: 8 }, () => store.put([blob]))),
    );
    expect(new Set(put.map(({ digest }) => digest))).toEqual(new Set([sha256(blob)]));
    expect(filesBelow(folder)).toEqual([sha256(blob)]);
    expect(await stores[0]?.put([blob])).toEqual({ digest: sha256(blob), length: 300_000, existed: true });
  });

  it('finds a changed byte, a missing end and a blob that is gone', async () => {
    const folder = freshFolder();
    const store = await BlobStore.open(folder);
    const blob = randomBytes(3_000_000);
    const { digest } = await store.put([blob]);
    const changed = Buffer.from(blob);
    changed[2_500_000] = (changed[2_500_000] ?? 0) ^ 1;
    writeFileSync(pathOf(folder, digest), changed);
    expect(await store.verify(digest)).toMatchObject({
      state: 'corrupt',
      reason: expect.stringContaining(digest),
    });
    truncateSync(pathOf(folder, digest), 1000);
    expect(await store.verify(digest)).toMatchObject({ state: 'corrupt' });
    await expect(store.read(digest, 500, 501)).rejects.toMatchObject({ code: 'corrupt' });
    await store.delete(digest);
    expect(await store.verify(digest)).toMatchObject({ state: 'missing' });
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'missing' });
    await store.delete(digest);
  });

  it('replaces a blob that is too short, too long or has other bytes when it is put again', async () => {
    const folder = freshFolder();
    const store = await BlobStore.open(folder);
    const { digest } = await store.put([Buffer.from('levels')]);
    await store.get(digest);
    for (const damage of [
      () => truncateSync(pathOf(folder, digest), 2),
      () => appendFileSync(pathOf(folder, digest), 'x'),
      () => writeFileSync(pathOf(folder, digest), 'lewels'),
    ]) {
      damage();
      expect(await store.put([Buffer.from('levels')])).toMatchObject({ existed: false });
      expect(Buffer.from(await store.get(digest)).toString()).toBe('levels');
    }
  });

  it('goes on when somebody takes its folders away', async () => {
    const folder = freshFolder();
    const store = await BlobStore.open(folder);
    const { digest } = await store.put([Buffer.from('levels')]);
    rmSync(path.join(folder, 'blobs', digest.slice(0, 2)), { recursive: true });
    await expect(store.put([Buffer.from('levels')])).rejects.toMatchObject({ code: 'io' });
    expect(await store.put([Buffer.from('levels')])).toMatchObject({ digest, existed: false });
  });

  it('refuses ranges that are none', async () => {
    const store = await BlobStore.open(freshFolder());
    const { digest } = await store.put([Buffer.from('levels')]);
    for (const [offset, length] of [
      [-1, 2],
      [0, -1],
      [0.5, 1],
      [0, Number.NaN],
      [Number.MAX_VALUE, 1],
    ] as const) {
      await expect(store.read(digest, offset, length)).rejects.toThrow(RangeError);
    }
    await expect(store.read(digest, 0, 2 ** 50)).rejects.toMatchObject({ code: 'corrupt' });
    expect((await store.read(digest, 6, 0)).length).toBe(0);
  });

  it('takes nothing for a name that could lead out of the store', async () => {
    const store = await BlobStore.open(freshFolder());
    const names = [
      '',
      '..',
      '../../etc/passwd',
      'A'.repeat(64),
      '0'.repeat(63),
      '0'.repeat(65),
      `${'0'.repeat(63)}/`,
      `${'0'.repeat(64)}\n`,
      `${'0'.repeat(63)}\0`,
    ];
    for (const name of names) {
      for (const call of [
        () => store.get(name),
        () => store.read(name, 0, 1),
        () => store.has(name),
        () => store.size(name),
        () => store.verify(name),
        () => store.delete(name),
      ]) {
        await expect(call(), JSON.stringify(name)).rejects.toMatchObject({ code: 'bad-digest' });
      }
    }
  });

  it('follows no symbolic link in the place of a blob, and puts the blob in its place', async () => {
    const folder = freshFolder();
    const store = await BlobStore.open(folder);
    const secret = path.join(freshFolder(), 'secret');
    writeFileSync(secret, 'secret');
    const digest = sha256(Buffer.from('levels'));
    mkdirSync(path.dirname(pathOf(folder, digest)), { recursive: true });
    symlinkSync(secret, pathOf(folder, digest));
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'io' });
    expect(await store.has(digest)).toBe(false);
    expect(await store.verify(digest)).toMatchObject({ state: 'unreadable' });
    await store.put([Buffer.from('levels')]);
    expect(Buffer.from(await store.get(digest)).toString()).toBe('levels');
    expect(readFileSync(secret, 'utf8')).toBe('secret');
  });

  it('reads many blobs at once with few files open', async () => {
    const store = await BlobStore.open(freshFolder());
    const put = await Promise.all(
      Array.from({ length: 300 }, (_, n) => store.put([Buffer.from(`blob ${n}`)])),
    );
    const read = await Promise.all(
      [...put, ...put].map(({ digest, length }) => store.read(digest, 5, length - 5)),
    );
    expect(read.map((bytes) => Buffer.from(bytes).toString())).toEqual(
      [...put, ...put].map((_, n) => `${n % 300}`),
    );
    store.close();
    expect((await store.get(put[7]?.digest ?? '')).length).toBe(6);
  });
});
