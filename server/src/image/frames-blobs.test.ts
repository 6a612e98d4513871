// What is read of a frames blob is proven; damaged bytes are mended before anybody has them, where that can be done.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadCodec } from '@strata/codec/codec';
import { buildFramesBlob } from '@strata/codec/frames-blob';
import { BlobStore } from '@strata/store/blob-store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scratchFolder } from '../testing/test-files.ts';
import { type BlobReader, FramesBlobs } from './frames-blobs.ts';

const format = { width: 64, height: 64, samples: 1, bits: 12, signed: false } as const;

/** A blob of two frames on disk; `damage` flips a bit, `suspect` puts the right bytes back if the test wants that. */
async function setUp(healed: 'repaired' | 'bad' | null) {
  const folder = scratchFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const store = await BlobStore.open(folder.path);
  onTestFinished(() => store.close());
  const codec = await loadCodec();
  const noise = () => Uint16Array.from({ length: 4096 }, () => Math.random() * 4096);
  const { parts } = buildFramesBlob(
    [noise(), noise()].map((pixels) => codec.encode(pixels, format, { digest: Buffer.alloc(32) })),
  );
  const { digest } = await store.put(parts);
  const file = path.join(folder.path, 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest);
  const suspicions: string[] = [];
  const reader: BlobReader = {
    size: (blob) => store.size(blob),
    read: (blob, offset, length) => store.read(blob, offset, length),
    ...(healed && {
      suspect: async (_: string, why: string) => {
        if (healed === 'repaired') await store.put(parts);
        suspicions.push(why);
        return healed;
      },
    }),
  };
  const damage = (at: number) => {
    const bytes = readFileSync(file);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    store.close();
  };
  return { blobs: new FramesBlobs(reader), digest, whole: Buffer.concat(parts), damage, suspicions };
}

/** The whole of a level. */
async function readLevel(blobs: FramesBlobs, digest: string, level: number) {
  const frame = await blobs.frame(digest, 1);
  const segment = frame.segments[level] as (typeof frame.segments)[number];
  const piece = { frame, segment, offset: 0, length: segment.length };
  return { bytes: Buffer.from(await blobs.read(digest, piece, 'a level')), segment, frame };
}

describe('frames blobs', () => {
  it('have damaged levels mended before they are read again', async () => {
    const { blobs, digest, whole, damage, suspicions } = await setUp('repaired');
    const { offset } = (await blobs.frame(digest, 1)).segments[2] ?? { offset: 0 };
    damage(offset + 3);
    const { bytes, segment } = await readLevel(blobs, digest, 2);
    expect(bytes.equals(whole.subarray(segment.offset, segment.offset + segment.length))).toBe(true);
    expect(suspicions).toEqual(['wrong checksum in a level']);
  });

  it('have a damaged index mended before it is believed', async () => {
    const { blobs, digest, damage, suspicions } = await setUp('repaired');
    damage(20);
    expect((await blobs.frame(digest, 1)).segments.length).toBeGreaterThan(3);
    expect(suspicions).toHaveLength(1);
  });

  it('are read as they are where nothing can be mended, and nothing wrong is kept', async () => {
    for (const healed of ['bad', null] as const) {
      const { blobs, digest, whole, damage } = await setUp(healed);
      const { offset } = (await blobs.frame(digest, 1)).segments[2] ?? { offset: 0 };
      damage(offset + 3);
      const { bytes, segment, frame } = await readLevel(blobs, digest, 2);
      expect(bytes.equals(whole.subarray(segment.offset, segment.offset + segment.length))).toBe(false);
      expect(blobs.kept({ frame, segment, offset: 0, length: segment.length })).toBeUndefined();
      damage(20);
      blobs.forget(digest);
      await expect(blobs.frame(digest, 1)).rejects.toMatchObject({ code: 'corrupt-blob' });
    }
  });

  it('are forgotten and suspected when a client reports them', async () => {
    const { blobs, digest, suspicions } = await setUp('repaired');
    await readLevel(blobs, digest, 1);
    blobs.report(digest, 'wrong pixels');
    expect(blobs.known(digest, 1)).toBeUndefined();
    await expect.poll(() => suspicions).toEqual(['wrong pixels']);
  });
});
