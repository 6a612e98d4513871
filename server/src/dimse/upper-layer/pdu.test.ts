import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ControlPdu, type DataPiece, PduError } from './pdu.ts';
import { PduReceiver } from './pdu-receiver.ts';
import { readPdu } from './read-pdu.ts';
import { dataHeader, writePdu } from './write-pdu.ts';

const user = {
  maxPduBytes: 16_384,
  implementationClass: '1.2.3',
  implementationVersion: 'TEST',
  roles: [{ sopClass: '1.2.840.10008.5.1.4.1.1.2', scu: false, scp: true }],
  extended: [{ sopClass: '1.2.840.10008.5.1.4.1.2.2.1', information: Uint8Array.of(1, 1) }],
};
const names = { calledAe: 'STRATA', callingAe: 'CT1', user };
const request: ControlPdu = {
  type: 'associate-request',
  protocolVersion: 1,
  applicationContext: '1.2.840.10008.3.1.1.1',
  ...names,
  contexts: [
    { id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] },
    { id: 255, abstractSyntax: '1.2.3', transferSyntaxes: ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'] },
  ],
};
const pdus: ControlPdu[] = [
  request,
  {
    type: 'associate-accept',
    ...names,
    contexts: [{ id: 1, result: 0, transferSyntax: '1.2.840.10008.1.2' }],
  },
  { type: 'associate-reject', result: 1, source: 1, reason: 7 },
  { type: 'release-request' },
  { type: 'release-response' },
  { type: 'abort', source: 2, reason: 6 },
];

/** Everything that a stream gives when it comes in chunks of these sizes, again and again. */
function receive(stream: Uint8Array, sizes: readonly number[]): (ControlPdu | DataPiece)[] {
  const receiver = new PduReceiver(1 << 16);
  const got: (ControlPdu | DataPiece)[] = [];
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    receiver.push(stream.subarray(at, at + size));
    at += size;
    for (let pdu = receiver.next(); pdu; pdu = receiver.next()) {
      got.push(pdu.type === 'data' ? { ...pdu, bytes: pdu.bytes.slice() } : pdu);
    }
  }
  return got;
}

/** A P-DATA-TF of one value. */
function dataPdu(contextId: number, command: boolean, last: boolean, bytes: Uint8Array): Buffer {
  return Buffer.concat([dataHeader(contextId, command, last, bytes.length), bytes]);
}

describe('PDUs', () => {
  it.each(pdus)('are read as they were written: $type', (pdu) => {
    const bytes = writePdu(pdu);
    expect(bytes.readUInt32BE(2)).toBe(bytes.length - 6);
    expect(readPdu(bytes[0] as number, bytes.subarray(6))).toEqual(pdu);
  });

  it('come whole however the stream is cut', () => {
    const content = Uint8Array.from({ length: 3000 }, (_, at) => at);
    const stream = Buffer.concat([
      ...pdus.map(writePdu),
      dataPdu(1, true, true, content.subarray(0, 80)),
      dataPdu(1, false, false, content),
      dataPdu(1, false, true, new Uint8Array(0)),
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const got = receive(stream, sizes);
        expect(got.filter(({ type }) => type !== 'data')).toEqual(pdus);
        const pieces = got.filter((pdu): pdu is DataPiece => pdu.type === 'data');
        const dataSet = pieces.filter(({ command }) => !command);
        expect(Buffer.concat(dataSet.map(({ bytes }) => bytes))).toEqual(Buffer.from(content));
        expect(pieces.filter(({ last }) => last)).toHaveLength(2);
        expect(pieces.at(-1)?.last).toBe(true);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('of lengths that nobody agreed on are refused at their header', () => {
    const refused = (bytes: number[]) => expect(() => receive(Buffer.from(bytes), [64])).toThrow(PduError);
    refused([4, 0, 0xff, 0xff, 0xff, 0xff]);
    refused([4, 0, 0, 1, 0, 1]); // one byte above the limit
    refused([1, 0, 0xff, 0xff, 0xff, 0xff]);
    refused([5, 0, 0, 0, 0, 5]);
    refused([9, 0, 0, 0, 0, 4]);
    refused([4, 0, 0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff, 1, 3]); // a value longer than its PDU
    refused([4, 0, 0, 0, 0, 8, 0, 0, 0, 1, 1, 3]); // shorter than its own header
    refused([4, 0, 0, 0, 0, 3, 0, 0, 0]); // no room for a value
  });

  it('with even context numbers, or without what they must have, are refused', () => {
    const even = writePdu({ ...request, contexts: [{ id: 2, abstractSyntax: '1', transferSyntaxes: [] }] });
    expect(() => readPdu(1, even.subarray(6))).toThrow(/even/);
    expect(() => readPdu(1, new Uint8Array(68))).toThrow(/user information/);
    expect(() => readPdu(1, writePdu({ ...request, contexts: [] }).subarray(6))).toThrow(
      /presentation context/,
    );
  });

  it('are refused as PduError and nothing else, whatever is in them', () => {
    const whole = pdus.map(writePdu);
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
        (pdu, changes, sizes) => {
          const bytes = Buffer.from(pdu);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          try {
            receive(bytes, sizes);
          } catch (error) {
            expect(error).toBeInstanceOf(PduError);
          }
        },
      ),
      { seed: 8, numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.nat(8), fc.uint8Array({ maxLength: 400 }), (type, body) => {
        try {
          readPdu(type, body);
        } catch (error) {
          expect(error).toBeInstanceOf(PduError);
        }
      }),
      { seed: 15, numRuns: 3000 },
    );
  });
});
