// Copies are right or not there, and never more than may be.
import { createHash, randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BlobCache } from './blob-cache.ts';
import { filesBelow, freshFolder } from './testing/folders.ts';

async function open(folder: string, bytes: number, reserve = 0): Promise<BlobCache> {
  const cache = await BlobCache.open(folder, { bytes, reserve });
  onTestFinished(() => cache.close());
  return cache;
}

function blob(length: number) {
  const bytes = randomBytes(length);
  const name = { digest: createHash('sha256').update(bytes).digest('hex'), length };
  return { name, bytes, digest: name.digest };
}

async function* pieces(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

describe('the cache of blobs', () => {
  it('gives back what it keeps, whole and in ranges', async () => {
    const cache = await open(freshFolder(), 10 ** 6);
    const { name, bytes, digest } = blob(20_000);
    expect(cache.size(digest)).toBeNull();
    await expect(cache.get(digest)).rejects.toMatchObject({ code: 'missing' });
    expect(await Promise.all([cache.keep(name, pieces(bytes)), cache.keep(name, pieces(bytes))])).toEqual([
      true,
      true,
    ]);
    expect(cache.size(digest)).toBe(20_000);
    expect(Buffer.from(await cache.get(digest)).equals(bytes)).toBe(true);
    expect(Buffer.from(await cache.read(digest, 5000, 7)).equals(bytes.subarray(5000, 5007))).toBe(true);
  });

  it('keeps nothing that is not what its name says', async () => {
    const folder = freshFolder();
    const cache = await open(folder, 10 ** 6);
    const { name } = blob(5000);
    await expect(cache.keep(name, pieces(randomBytes(5000)))).rejects.toMatchObject({ code: 'corrupt' });
    expect(cache.size(name.digest)).toBeNull();
    expect(filesBelow(folder)).toEqual([]);
  });

  it('lets the least recently used go, and takes nothing that is too large for it or the disk', async () => {
    const folder = freshFolder();
    const cache = await open(folder, 100_000);
    const blobs = Array.from({ length: 5 }, () => blob(20_000));
    for (const { name, bytes } of blobs.slice(0, 4)) await cache.keep(name, pieces(bytes));
    await cache.get(blobs[0]?.digest ?? '');
    const last = blobs[4] as ReturnType<typeof blob>;
    await cache.keep(last.name, pieces(last.bytes));
    expect(blobs.map(({ digest }) => cache.size(digest) !== null)).toEqual([true, false, true, true, true]);
    expect(cache.held.bytes).toBeLessThanOrEqual(100_000);
    await expect.poll(() => filesBelow(folder).length).toBe(4);
    const large = blob(30_000);
    expect(await cache.keep(large.name, pieces(large.bytes))).toBe(false);
    const reserved = await open(freshFolder(), 100_000, 2 ** 60);
    expect(await reserved.keep(last.name, pieces(last.bytes))).toBe(false);
  });

  it('may be wiped at any time, and is empty at the next start', async () => {
    const folder = freshFolder();
    const cache = await open(folder, 10 ** 6);
    const { name, bytes, digest } = blob(2000);
    await cache.keep(name, pieces(bytes));
    cache.close();
    rmSync(path.join(folder, 'copies'), { recursive: true });
    await expect(cache.get(digest)).rejects.toMatchObject({ code: 'missing' });
    expect(cache.size(digest)).toBeNull();
    expect(await cache.keep(name, pieces(bytes))).toBe(true);
    expect(Buffer.from(await cache.get(digest)).equals(bytes)).toBe(true);
    writeFileSync(path.join(folder, 'stray'), 'x');
    const next = await open(folder, 10 ** 6);
    expect(next.size(digest)).toBeNull();
    await expect.poll(() => filesBelow(folder)).toEqual([]);
  });
});
