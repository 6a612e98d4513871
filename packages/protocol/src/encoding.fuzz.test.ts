import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decoded, decodeClientMessage, decodeServerMessage, encodeMessage } from './encoding.ts';
import { ProtocolError } from './errors.ts';
import type { ClientMessage, ServerMessage } from './messages.ts';
import { clientMessage, serverMessage } from './testing/arbitraries.ts';
import { mutate, seeded } from './testing/mutate.ts';

const MUTATIONS = 60_000;

interface Counts {
  accepted: number;
  refused: number;
}

/** Decodes damaged messages; an accepted one must be a message again when it is encoded and decoded. */
function fuzz<M extends ClientMessage | ServerMessage>(
  messages: M[],
  decode: (bytes: Uint8Array) => Decoded<M>,
  seed: number,
): Counts {
  const random = seeded(seed);
  const payload = Uint8Array.from({ length: 40 }, (_, i) => i);
  const originals = messages.map((m) => encodeMessage(m, m.type === 'level' ? payload : undefined));
  const counts = { accepted: 0, refused: 0 };
  for (let i = 0; i < MUTATIONS; i++) {
    const bytes = mutate(originals[i % originals.length] as Uint8Array, random);
    let decoded: Decoded<M>;
    try {
      decoded = decode(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError))
        throw new Error(`mutation ${i} of seed ${seed}`, { cause: error });
      counts.refused++;
      continue;
    }
    counts.accepted++;
    if (i % 16 === 0)
      expect(decode(encodeMessage(decoded.message, decoded.payload)).message).toEqual(decoded.message);
    if (decoded.payload.length > 0 && decoded.payload.buffer !== bytes.buffer)
      throw new Error('copied payload');
  }
  return counts;
}

test.each([
  ['clients', 1],
  ['servers', 2],
])('60,000 damaged messages of %s are messages or a ProtocolError, nothing else', (side, seed) => {
  const counts =
    side === 'clients'
      ? fuzz(fc.sample(clientMessage, { numRuns: 400, seed }), decodeClientMessage, seed)
      : fuzz(fc.sample(serverMessage, { numRuns: 400, seed }), decodeServerMessage, seed);
  expect(counts.accepted).toBeGreaterThan(1000);
  expect(counts.refused).toBeGreaterThan(10_000);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
