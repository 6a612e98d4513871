// Command sets and their bytes: group 0000, always implicit little endian (PS3.7 section 6.3.1).
import type { Command } from './command.ts';

type Kind = 'UI' | 'AE' | 'LO' | 'US';
type Name = Exclude<keyof Command, 'hasDataSet'>;

/** Element number in group 0000, name here, representation (PS3.7 table E.1-1), in ascending order. */
const fields: readonly (readonly [element: number, name: Name, kind: Kind])[] = [
  [0x0002, 'affectedSopClassUid', 'UI'],
  [0x0003, 'requestedSopClassUid', 'UI'],
  [0x0100, 'commandField', 'US'],
  [0x0110, 'messageId', 'US'],
  [0x0120, 'messageIdBeingRespondedTo', 'US'],
  [0x0600, 'moveDestination', 'AE'],
  [0x0700, 'priority', 'US'],
  [0x0900, 'status', 'US'],
  [0x0902, 'errorComment', 'LO'],
  [0x0903, 'errorId', 'US'],
  [0x1000, 'affectedSopInstanceUid', 'UI'],
  [0x1001, 'requestedSopInstanceUid', 'UI'],
  [0x1002, 'eventTypeId', 'US'],
  [0x1008, 'actionTypeId', 'US'],
  [0x1020, 'remaining', 'US'],
  [0x1021, 'completed', 'US'],
  [0x1022, 'failed', 'US'],
  [0x1023, 'warning', 'US'],
  [0x1030, 'moveOriginatorAe', 'AE'],
  [0x1031, 'moveOriginatorMessageId', 'US'],
];
const byElement = new Map(fields.map((field) => [field[0], field]));

const DATA_SET_TYPE = 0x0800;
const NO_DATA_SET = 0x0101;
const A_DATA_SET = 0x0001;

/** What came is no command set. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'bad-command';
}

/** Largest command set that is taken, in bytes: a few fields and, in some, a list of tags. */
export const MAX_COMMAND_BYTES = 64 * 1024;

/** Reads a command set; elements that no command here has are skipped. @throws CommandError */
export function readCommand(bytes: Uint8Array): Command {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: Record<string, string | number> = {};
  let dataSetType = NO_DATA_SET;
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 8) throw new CommandError(`A command set ends inside an element, at byte ${at}.`);
    const [group, element, length] = [
      view.getUint16(at, true),
      view.getUint16(at + 2, true),
      view.getUint32(at + 4, true),
    ];
    if (group !== 0) throw new CommandError(`A command set has an element of group ${group}.`);
    at += 8;
    if (length > bytes.length - at) {
      throw new CommandError(`An element of a command set claims ${length} bytes, at byte ${at}.`);
    }
    const field = byElement.get(element);
    if (field) {
      const [, name, kind] = field;
      read[name] = kind === 'US' ? u16(view, at, length) : text(bytes.subarray(at, at + length));
    } else if (element === DATA_SET_TYPE) dataSetType = u16(view, at, length);
    at += length;
  }
  if (read.commandField === undefined) throw new CommandError('A command set has no command field.');
  return { ...read, hasDataSet: dataSetType !== NO_DATA_SET } as unknown as Command;
}

function u16(view: DataView, at: number, length: number): number {
  if (length !== 2) throw new CommandError(`A number of a command set has ${length} bytes.`);
  return view.getUint16(at, true);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/^ +|[ \0]+$/g, '');
}

/** Longest comment (PS3.7 annex E: LO). */
const MAX_COMMENT = 64;

/** Writes a command set with its group length. Text beyond the default repertoire becomes '?'. */
export function writeCommand(command: Command): Buffer {
  const elements: Buffer[] = [];
  for (const [number, name, kind] of fields) {
    const value = command[name];
    if (number > DATA_SET_TYPE && !elements.some((one) => one.readUInt16LE(2) === DATA_SET_TYPE)) {
      elements.push(numberElement(DATA_SET_TYPE, command.hasDataSet ? A_DATA_SET : NO_DATA_SET));
    }
    if (value === undefined) continue;
    elements.push(
      typeof value === 'number' ? numberElement(number, value) : textElement(number, value, kind),
    );
  }
  const body = Buffer.concat(elements);
  const groupLength = Buffer.alloc(12);
  groupLength.writeUInt32LE(4, 4);
  groupLength.writeUInt32LE(body.length, 8);
  return Buffer.concat([groupLength, body]);
}

function numberElement(number: number, value: number): Buffer {
  const bytes = header(number, 2, 2);
  bytes.writeUInt16LE(value & 0xffff, 8);
  return bytes;
}

function textElement(number: number, value: string, kind: Kind): Buffer {
  const plain = value.replace(/[^ -~]/g, '?').slice(0, kind === 'LO' ? MAX_COMMENT : 64);
  const length = plain.length + (plain.length % 2);
  const bytes = header(number, length, length);
  bytes.fill(kind === 'UI' ? 0 : 0x20, 8);
  bytes.write(plain, 8, 'latin1');
  return bytes;
}

function header(number: number, length: number, room: number): Buffer {
  const bytes = Buffer.alloc(8 + room);
  bytes.writeUInt16LE(number, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}
