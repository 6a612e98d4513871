// Writes the golden codestreams that are not there yet, with the digests of every level. Existing ones are never changed:
// a later version adds its own.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DecoderState, loadCodec } from '../src/codec.ts';
import { type FrameFormat, pixelBytes } from '../src/format.ts';
import { readHeader } from '../src/header.ts';
import { type Content, frameOf } from '../src/testing/contents.ts';

const folder = path.resolve(import.meta.dirname, '../golden');
const listing = path.join(folder, 'digests.json');
const digests: Record<string, string[]> = existsSync(listing)
  ? JSON.parse(readFileSync(listing, 'utf8'))
  : {};

const wanted: Record<string, { format: FrameFormat; content: Content; categorical?: true }> = {
  'v1-grey-12-signed': {
    format: { width: 130, height: 97, samples: 1, bits: 12, signed: true },
    content: 'smooth with noise',
  },
  'v1-colour-8': {
    format: { width: 61, height: 70, samples: 3, bits: 8, signed: false },
    content: 'smooth with noise',
  },
  'v1-grey-16-full-range': {
    format: { width: 40, height: 33, samples: 1, bits: 16, signed: false },
    content: 'noise',
  },
  'v1-mask-categorical': {
    format: { width: 120, height: 90, samples: 1, bits: 1, signed: false },
    content: 'mask',
    categorical: true,
  },
  'v1-steps-16': {
    format: { width: 151, height: 41, samples: 1, bits: 16, signed: false },
    content: 'stepped',
  },
  'v1-shifted-16': {
    format: { width: 71, height: 51, samples: 1, bits: 16, signed: true },
    content: 'shifted',
  },
  'v1-values-12': {
    format: { width: 90, height: 80, samples: 1, bits: 12, signed: true },
    content: 'few values',
  },
  'v1-colours-8': {
    format: { width: 70, height: 75, samples: 3, bits: 8, signed: false },
    content: 'few values',
  },
  'v1-tiles-8': {
    format: { width: 560, height: 18, samples: 1, bits: 8, signed: false },
    content: 'smooth with noise',
  },
};

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const codec = await loadCodec();
for (const [name, { format, content, ...kind }] of Object.entries(wanted)) {
  const file = path.join(folder, `${name}.strata`);
  if (existsSync(file)) continue;
  const pixels = frameOf(format, content, 1);
  const codestream = codec.encode(pixels, format, { digest: sha256(pixelBytes(pixels)), ...kind });
  const header = readHeader(codestream);
  let state: DecoderState | null = null;
  digests[name] = header.segments.map(({ offset, length }) => {
    state = codec.decodeLevel(header, state, codestream.subarray(offset, offset + length));
    return sha256(pixelBytes(codec.levelPixels(header, state))).toString('hex');
  });
  writeFileSync(file, codestream);
  console.log(`${name}: ${codestream.length} bytes`);
}
writeFileSync(listing, `${JSON.stringify(digests, null, 2)}\n`);
