// Walks the MessagePack bytes of an envelope before they are decoded, and lets only plain data pass.
import { ProtocolError } from './errors.ts';
import { MAX_DEPTH, MAX_VALUES } from './limits.ts';

/**
 * Checks that the bytes are exactly one MessagePack value made of null, booleans, numbers, strings, lists and maps with
 * string keys, nested at most MAX_DEPTH deep and of at most MAX_VALUES values.
 *
 * The decoder behind it knows more than that (records compiled to functions, regular expressions, typed arrays, cyclic
 * references, big integers) and trusts lengths in places; after this walk none of it can be reached.
 * Format: https://github.com/msgpack/msgpack/blob/master/spec.md. Throws ProtocolError.
 */
export function scanEnvelope(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength;
  // Values still to come in each open list or map; in a map keys count too, and come at even remainders.
  const remaining: number[] = [1];
  const isMap: boolean[] = [false];
  let depth = 0;
  let values = 0;
  let position = 0;

  while (depth >= 0) {
    const left = remaining[depth] as number;
    if (left === 0) {
      depth--;
      continue;
    }
    remaining[depth] = left - 1;
    if (++values > MAX_VALUES)
      throw new ProtocolError('too-large', `The envelope holds more than ${MAX_VALUES} values.`);
    if (position >= end) throw truncated(end);

    const token = bytes[position++] as number;
    const isKey = isMap[depth] === true && left % 2 === 0;
    let items = -1;
    let map = false;
    let skip = 0;
    let string = false;
    if (token < 0x80 || token >= 0xe0) skip = 0;
    else if (token < 0x90) [items, map] = [token & 0x0f, true];
    else if (token < 0xa0) items = token & 0x0f;
    else if (token < 0xc0) [skip, string] = [token & 0x1f, true];
    else {
      const size = SIZES[token - 0xc0] as number;
      if (size < 0) throw forbidden(token, position - 1);
      if (position + size > end) throw truncated(end);
      if (token >= 0xd9) {
        const length =
          size === 1
            ? view.getUint8(position)
            : size === 2
              ? view.getUint16(position)
              : view.getUint32(position);
        if (token <= 0xdb) [skip, string] = [length, true];
        else [items, map] = [length, token >= 0xde];
        position += size;
      } else skip = size;
    }
    if (isKey && !string)
      throw new ProtocolError('malformed', `The envelope has a key that is not text, at byte ${position}.`);
    if (skip > end - position) throw truncated(end);
    position += skip;
    if (items >= 0) {
      const count = map ? items * 2 : items;
      if (count > end - position) throw truncated(end);
      if (++depth > MAX_DEPTH)
        throw new ProtocolError('too-large', `The envelope nests deeper than ${MAX_DEPTH}.`);
      remaining[depth] = count;
      isMap[depth] = map;
    }
  }
  if (position !== end) {
    throw new ProtocolError('malformed', `The envelope ends at byte ${position} but says ${end} bytes.`);
  }
}

// Bytes after the tokens 0xc0 to 0xdf: of the value, or of its length from 0xd9 on; -1 for what is not plain data.
const SIZES = [
  0, -1, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, -1, 1, 2, 4, -1, -1, -1, -1, -1, -1, 1, 2, 4, 2, 4, 2,
  4,
];

function truncated(end: number): ProtocolError {
  return new ProtocolError('malformed', `The envelope is cut off: a value goes past its ${end} bytes.`);
}

function forbidden(token: number, position: number): ProtocolError {
  const name = `0x${token.toString(16)}`;
  return new ProtocolError(
    'malformed',
    `The envelope holds something other than plain data (${name} at byte ${position}).`,
  );
}
