// A zoomed image: of its finest level only the bytes of the tiles under the region travel, and make exactly its pixels.
import { writeFileSync } from 'node:fs';
import { crc32c } from '@strata/codec/crc32c';
import { crc32cCombine } from '@strata/codec/crc32c-combine';
import { type Header, readHeader } from '@strata/codec/header';
import { type RegionPart, tilesOf } from '@strata/codec/regions';
import { imageFile } from '@strata/dicom/testing/build';
import { StrataClient } from '@strata/stream/client';
import type { WantedPart } from '@strata/stream/types';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  type Archive,
  addFiles,
  ImageServer,
  type KnownFrame,
  openArchive,
  testCodec,
} from '../support/image-server.ts';

const [columns, rows] = [2048, 1536];
let archive: Archive;
let server: ImageServer;
let image: KnownFrame;

beforeAll(async () => {
  archive = await openArchive();
  const file = `${archive.folder}/large.dcm`;
  const pixels = new Uint16Array(columns * rows).map((_, at) => {
    const [x, y] = [at % columns, Math.floor(at / columns)];
    return ((x * y) >> 6) + (Math.imul(at, 2_654_435_761) >>> 28);
  });
  writeFileSync(file, imageFile(new Uint8Array(pixels.buffer), { rows, columns }));
  [image] = (await addFiles(archive, [file])) as [KnownFrame];
  server = await ImageServer.start(archive);
});
afterAll(async () => {
  await server?.kill();
  await archive?.close();
});

function connect(): StrataClient {
  const client = new StrataClient({ servers: [server.url] });
  onTestFinished(() => client.close());
  return client;
}

/** How a part's bytes are told right: tiles have a checksum of their own, tables that of their level without the tiles'. */
function wantedPart(header: Header, { level, kind, tile, offset, length }: RegionPart): WantedPart {
  const segment = header.segments[level];
  const tiles = header.tiles[level] ?? [];
  const isRight = (bytes: Uint8Array): boolean => {
    if (kind === 'tile') return crc32c(bytes) === tiles[tile as number]?.crc32c;
    const all = tiles.reduce((crc, each) => crc32cCombine(crc, each.crc32c, each.length), crc32c(bytes));
    return all === segment?.crc32c;
  };
  return { offset: offset - (segment?.offset ?? 0), length, isRight };
}

test('a quarter of the image costs little more than a quarter of its finest level, and is exactly what was stored', async () => {
  const client = connect();
  const codec = await testCodec();
  const frame = { blob: image.blob, frame: image.frame };
  let header: Header | null = null;
  let state: ReturnType<typeof codec.decodeLevel> | null = null;
  await client.get({ target: { frames: [frame] }, to: 4 }, ({ bytes }) => {
    header ??= readHeader(bytes);
    state = codec.decodeLevel(header, state, bytes);
  });
  const known = header as unknown as Header;
  expect(known.levels).toBe(5);
  const before = client.stats().payloadBytes;

  // Tiles are 512 pixels wide at the finest level: the filters see a little of those beside the region.
  const region = { x: 520, y: 520, width: 1000, height: 496 };
  const parts = tilesOf(known, 5, region, 4);
  const got = new Map<string, Uint8Array>();
  const nameOf = ({ kind, tile }: RegionPart) => `${kind} ${tile}`;
  const wanted = parts.map((part) => wantedPart(known, part));
  await client.parts({ frame, level: 5, parts: wanted }, (index, bytes) => {
    got.set(nameOf(parts[index] as RegionPart), bytes);
  });
  const source = (part: RegionPart) => got.get(nameOf(part)) as Uint8Array;
  const pixels = codec.decodeRegion(known, 5, region, source, state);
  for (const y of [0, 251, region.height - 1]) {
    const start = (region.y + y) * columns + region.x;
    const row = pixels.subarray(y * region.width, (y + 1) * region.width);
    expect(row).toEqual(image.pixels.subarray(start, start + region.width));
  }
  const share = (client.stats().payloadBytes - before) / (known.segments[5]?.length ?? 1);
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.3);
});

test('ranges that are not inside the level, or not of one level of one frame, are refused', async () => {
  const client = connect();
  const frame = { blob: image.blob, frame: image.frame };
  const part = { offset: 2 ** 29, length: 5, isRight: () => true };
  await expect(client.parts({ frame, level: 5, parts: [part] }, () => {})).rejects.toMatchObject({
    code: 'failed',
    reason: 'bad-request',
  });
});
