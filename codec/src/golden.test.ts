// Codestreams written by every version so far must decode as they did when they were written.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DecoderState, loadCodec } from './codec.ts';
import { pixelBytes } from './format.ts';
import { readHeader } from './header.ts';
import { frameOf } from './testing/contents.ts';
import { goldenFrames } from './testing/golden-frames.ts';

const folder = path.resolve(import.meta.dirname, '../golden');
const digests: Record<string, string[]> = JSON.parse(readFileSync(path.join(folder, 'digests.json'), 'utf8'));

const written: Record<string, string> = JSON.parse(readFileSync(path.join(folder, 'written.json'), 'utf8'));

describe('the encoder of version 1', () => {
  it.each(Object.entries(goldenFrames))('still writes of %s what it wrote', async (name, frame) => {
    const { format, content, ...kind } = frame;
    const codec = await loadCodec();
    const pixels = frameOf(format, content, 1);
    const digest = createHash('sha256').update(pixelBytes(pixels)).digest();
    const codestream = codec.encode(pixels, format, { digest, ...kind });
    expect(createHash('sha256').update(codestream).digest('hex')).toBe(written[name]);
  });
});

describe('the golden codestream', () => {
  it.each(Object.entries(digests))('%s decodes at every level', async (name, levels) => {
    const codec = await loadCodec();
    const codestream = new Uint8Array(readFileSync(path.join(folder, `${name}.strata`)));
    const header = readHeader(codestream);
    let state: DecoderState | null = null;
    const found = header.segments.map(({ offset, length }) => {
      state = codec.decodeLevel(header, state, codestream.subarray(offset, offset + length));
      return createHash('sha256')
        .update(pixelBytes(codec.levelPixels(header, state)))
        .digest('hex');
    });
    expect(found).toEqual(levels);
    expect(Buffer.from(header.digest).toString('hex')).toBe(levels.at(-1));
  });
});
