import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeDeflated,
  encodeHead,
  encodeMessage,
} from './encoding.ts';
import { ProtocolError } from './errors.ts';
import { MAX_CLIENT_MESSAGE, MAX_FRAMES_PER_REQUEST } from './limits.ts';
import { clientMessage, serverMessage } from './testing/arbitraries.ts';

const blob = 'ab'.repeat(32);
const level = { type: 'level', id: 7, blob, frame: 3, level: 2, crc32c: 5, offset: 0, length: 10 } as const;

/** A message whose envelope is the given bytes, or the given value in plain MessagePack. */
function raw(envelope: Uint8Array | object): Uint8Array {
  const packr = new Packr({ useRecords: false });
  const bytes = envelope instanceof Uint8Array ? envelope : packr.pack(envelope);
  const message = new Uint8Array(4 + bytes.length);
  new DataView(message.buffer).setUint32(0, bytes.length, true);
  message.set(bytes, 4);
  return message;
}

describe('messages and bytes', () => {
  test('what a client sends is what the server reads, for every kind of message', () => {
    fc.assert(
      fc.property(clientMessage, (message) => {
        expect(decodeClientMessage(encodeMessage(message)).message).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });

  test('what a server sends is what the client reads, for every kind of message', () => {
    fc.assert(
      fc.property(serverMessage, (message) => {
        expect(decodeServerMessage(encodeMessage(message)).message).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });

  test('a payload of any length arrives unchanged, as a view of the received bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (payload) => {
        const bytes = encodeMessage(level, payload);
        const decoded = decodeServerMessage(bytes);
        expect(decoded.message).toEqual(level);
        expect(decoded.payload).toEqual(payload);
        expect(decoded.payload.buffer).toBe(bytes.buffer);
      }),
    );
  });

  test('a head with the payload sent behind it is the same message', () => {
    const payload = Uint8Array.of(1, 2, 3);
    const whole = Buffer.concat([encodeHead(level), payload]);
    expect(Buffer.compare(whole, encodeMessage(level, payload))).toBe(0);
  });

  test('an envelope that was deflated is read as it was, and is shorter', () => {
    const message = { type: 'error', id: 1, code: 'again', message: 'and again '.repeat(300) } as const;
    const bytes = encodeDeflated(message, deflateRawSync);
    expect(bytes.byteLength).toBeLessThan(200);
    expect(decodeServerMessage(bytes).message).toEqual(message);
    expect(encodeDeflated({ type: 'pong', id: 1 }, deflateRawSync)).toEqual(
      encodeHead({ type: 'pong', id: 1 }),
    );
  });

  test('messages encoded before stay as they were while others are encoded', () => {
    const first = encodeMessage(level);
    const copy = Uint8Array.from(first);
    for (let i = 0; i < 1000; i++) encodeMessage({ ...level, frame: i });
    expect(first).toEqual(copy);
  });

  test('unknown fields are dropped, also inside', () => {
    const server = { id: 'a', name: 'A', endpoints: [], load: 0.5 };
    const bytes = raw({ type: 'servers', pool: [{ ...server, colour: 'red' }], later: { deep: [1] } });
    expect(decodeServerMessage(bytes).message).toEqual({ type: 'servers', pool: [server] });
  });
});

describe('what is refused', () => {
  test('a deflated envelope that claims another length, is damaged, or comes from a client', () => {
    const bytes = encodeDeflated({ type: 'servers', pool: [], x: 'x'.repeat(999) } as never, deflateRawSync);
    const changed = (change: (view: DataView) => void): Uint8Array => {
      const copy = Uint8Array.from(bytes);
      change(new DataView(copy.buffer));
      return copy;
    };
    for (const other of [
      changed((view) => view.setUint32(4, view.getUint32(4, true) - 1, true)),
      changed((view) => view.setUint32(4, view.getUint32(4, true) + 1, true)),
      changed((view) => view.setUint32(4, 0xffff_ffff, true)),
      changed((view) => view.setUint8(9, 255 - view.getUint8(9))),
      bytes.subarray(0, 6),
    ]) {
      expect(refusal(() => decodeServerMessage(other))).toBeInstanceOf(ProtocolError);
    }
    expect(refusal(() => decodeClientMessage(bytes)).code).toBe('too-large');
  });

  const refusal = (read: () => unknown): ProtocolError => {
    try {
      read();
    } catch (error) {
      if (error instanceof ProtocolError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  test('an unknown type is named', () => {
    const error = refusal(() => decodeServerMessage(raw({ type: 'teleport' })));
    expect(error.code).toBe('unknown-type');
    expect(error.message).toContain('"teleport"');
  });

  test.each(['constructor', '__proto__', 'toString'])('the type %s finds nothing inherited', (type) => {
    expect(refusal(() => decodeServerMessage(raw({ type }))).code).toBe('unknown-type');
  });

  test('a wrong field is named with its place', () => {
    const frames = [
      { blob, frame: 0 },
      { blob, frame: -1 },
    ];
    const bytes = raw({ type: 'get', id: 1, target: { frames }, from: 0, to: 255, priority: 0 });
    const error = refusal(() => decodeClientMessage(bytes));
    expect(error.code).toBe('bad-value');
    expect(error.message).toContain('.target.frames[1].frame: a whole number');
  });

  test('messages go one way only', () => {
    expect(refusal(() => decodeServerMessage(encodeMessage({ type: 'ping', id: 1 }))).code).toBe(
      'unknown-type',
    );
    expect(refusal(() => decodeClientMessage(encodeMessage({ type: 'pong', id: 1 }))).code).toBe(
      'unknown-type',
    );
  });

  test('a payload on a message that has none', () => {
    const bytes = encodeMessage({ type: 'pong', id: 1 }, Uint8Array.of(1));
    expect(refusal(() => decodeServerMessage(bytes)).code).toBe('malformed');
  });

  test('a get that names too many frames', () => {
    const frames = Array.from({ length: MAX_FRAMES_PER_REQUEST + 1 }, (_, frame) => ({ blob, frame }));
    const message = { type: 'get', id: 1, target: { frames }, from: 0, to: 255, priority: 0 } as const;
    expect(refusal(() => decodeClientMessage(encodeMessage(message))).message).toContain(
      'at most 4096 items',
    );
    const most = { ...message, target: { frames: frames.slice(1) } };
    expect(decodeClientMessage(encodeMessage(most)).message).toEqual(most);
  });

  test('more bytes than a client may send, before they are read', () => {
    expect(refusal(() => decodeClientMessage(new Uint8Array(MAX_CLIENT_MESSAGE + 1))).code).toBe('too-large');
    const token = 'x'.repeat(MAX_CLIENT_MESSAGE);
    const error = refusal(() => encodeMessage({ type: 'hello', versions: [1], token, client: '' }));
    expect(error.code).toBe('too-large');
  });

  test.each([
    ['an undefined extension', [0xd4, 0, 0]],
    ['a record definition', [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 1]],
    ['a two-byte record definition', [0xd5, 0x72, 0x40, 0x00, 0x91, 0xa1, 0x61, 1]],
    ['a regular expression', [0xd4, 0x78, 0, 0x92, 0xa1, 0x28, 0xa0]],
    ['a set', [0xd4, 0x73, 0, 0x90]],
    ['a reference to itself', [0xd6, 0x69, 0, 0, 0, 1, 0x91, 0xd6, 0x70, 0, 0, 0, 1]],
    ['a date', [0xd6, 0xff, 0, 0, 0, 0]],
    ['bytes', [0xc4, 1, 0]],
    ['a 64-bit integer', [0xcf, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['the reserved token', [0xc1]],
    ['a map with a number as key', [0x81, 1, 1]],
    ['a list of four billion', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['a map of four billion', [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ['a text of four billion', [0xdb, 0xff, 0xff, 0xff, 0xff]],
    ['two values', [0xc0, 0xc0]],
    ['nothing', []],
  ])('an envelope that is %s', (_, bytes) => {
    expect(refusal(() => decodeServerMessage(raw(Uint8Array.from(bytes)))).code).toBe('malformed');
  });

  test('lists in lists in lists', () => {
    const deep = raw(new Uint8Array(100_000).fill(0x91));
    expect(['too-large', 'malformed']).toContain(refusal(() => decodeServerMessage(deep)).code);
  });

  test('a key named __proto__ changes no prototype', () => {
    const json = '{"type":"pong","id":1,"__proto__":{"polluted":true}}';
    const { message } = decodeServerMessage(raw(JSON.parse(json)));
    expect(message).toEqual({ type: 'pong', id: 1 });
    expect('polluted' in message).toBe(false);
    expect('polluted' in {}).toBe(false);
  });
});
