import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Command, CommandField, responseTo } from './command.ts';
import { CommandError, readCommand, writeCommand } from './command-set.ts';

const store: Command = {
  commandField: CommandField.cStore,
  hasDataSet: true,
  messageId: 7,
  affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  affectedSopInstanceUid: '1.2.3.4',
  priority: 0,
  moveOriginatorAe: 'CT1',
  moveOriginatorMessageId: 65_535,
};

it('reads commands as they were written', () => {
  expect(readCommand(writeCommand(store))).toEqual(store);
  const response = responseTo(store, 0xa700, { errorComment: 'No space left.' });
  expect(readCommand(writeCommand(response))).toEqual({
    commandField: 0x8001,
    hasDataSet: false,
    messageIdBeingRespondedTo: 7,
    affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    affectedSopInstanceUid: '1.2.3.4',
    status: 0xa700,
    errorComment: 'No space left.',
  });
});

it('writes elements in ascending order, of even length, behind their group length', () => {
  const bytes = writeCommand({ ...store, errorComment: 'odd' });
  const elements: number[] = [];
  for (let at = 0; at < bytes.length; at += 8 + bytes.readUInt32LE(at + 4)) {
    elements.push(bytes.readUInt16LE(at + 2));
    expect(bytes.readUInt32LE(at + 4) % 2).toBe(0);
  }
  expect(elements).toEqual(elements.toSorted((a, b) => a - b));
  expect(bytes.readUInt32LE(8)).toBe(bytes.length - 12);
});

it('keeps comments within 64 characters of ASCII', () => {
  const bytes = writeCommand({ ...store, errorComment: `Zürich ${'x'.repeat(100)}` });
  expect(readCommand(bytes).errorComment).toBe(`Z?rich ${'x'.repeat(57)}`);
});

it('refuses what is no command set, and throws nothing else', () => {
  expect(() => readCommand(new Uint8Array(3))).toThrow(CommandError);
  expect(() => readCommand(Buffer.from('08001600020000003100', 'hex'))).toThrow(/group 8/);
  expect(() => readCommand(new Uint8Array(0))).toThrow(/no command field/);
  const whole = writeCommand(store);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(500), fc.nat(255)), { maxLength: 8 }),
      fc.nat(300),
      (changes, cut) => {
        const bytes = Buffer.from(whole.subarray(0, Math.max(0, whole.length - cut)));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        try {
          readCommand(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
        }
      },
    ),
    { seed: 4, numRuns: 5000 },
  );
});
