// Writes the golden codestreams that are not there yet, with the digests of every level. Existing ones are never changed:
// a later version adds its own. What the encoder writes now is pinned apart, by its digest.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DecoderState, loadCodec } from '../src/codec.ts';
import { pixelBytes } from '../src/format.ts';
import { readHeader } from '../src/header.ts';
import { frameOf } from '../src/testing/contents.ts';
import { goldenFrames } from '../src/testing/golden-frames.ts';

const folder = path.resolve(import.meta.dirname, '../golden');
const listing = path.join(folder, 'digests.json');
const digests: Record<string, string[]> = existsSync(listing)
  ? JSON.parse(readFileSync(listing, 'utf8'))
  : {};

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const codec = await loadCodec();
const written: Record<string, string> = {};
for (const [name, { format, content, ...kind }] of Object.entries(goldenFrames)) {
  const pixels = frameOf(format, content, 1);
  const codestream = codec.encode(pixels, format, { digest: sha256(pixelBytes(pixels)), ...kind });
  written[name] = sha256(codestream).toString('hex');
  const file = path.join(folder, `${name}.strata`);
  if (existsSync(file)) continue;
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
writeFileSync(path.join(folder, 'written.json'), `${JSON.stringify(written, null, 2)}\n`);
