// Messages to bytes and back: u32 envelope length (little-endian) | envelope (MessagePack, deflated or not) | payload.
import { inflateSync } from 'fflate';
import { Packr, RESERVE_START_SPACE, Unpackr } from 'msgpackr';
import type { Check } from './checks.ts';
import { scanEnvelope } from './envelope-scan.ts';
import { ProtocolError } from './errors.ts';
import {
  DEFLATED,
  ENVELOPE_HEAD,
  MAX_CLIENT_MESSAGE,
  MAX_DEFLATED,
  MAX_PAYLOAD,
  MAX_SERVER_ENVELOPE,
} from './limits.ts';
import { type ClientMessage, clientChecks, type ServerMessage, serverChecks } from './messages.ts';

// Plain maps only: records and shared structures would make a message depend on those before it.
const packr = new Packr({
  useRecords: false,
  variableMapSize: true,
  moreTypes: false,
  encodeUndefinedAsNil: true,
});
const unpackr = new Unpackr({
  useRecords: false,
  mapsAsObjects: true,
  structuredClone: false,
  int64AsType: 'number',
});

export interface Decoded<M> {
  message: M;
  /** A view of the bytes that were given, not a copy; empty for all messages but `level`. */
  payload: Uint8Array;
}

/**
 * The bytes of a message up to its payload: envelope length and envelope. A sender that can write in pieces puts the
 * payload behind it without copying it. Throws ProtocolError 'too-large' when the other side would refuse it.
 */
export function encodeHead(message: ClientMessage | ServerMessage): Uint8Array<ArrayBuffer> {
  const bytes = packr.pack(message, RESERVE_START_SPACE + ENVELOPE_HEAD);
  const length = bytes.byteLength - ENVELOPE_HEAD;
  const limit = message.type in clientChecks ? MAX_CLIENT_MESSAGE - ENVELOPE_HEAD : MAX_SERVER_ENVELOPE;
  if (length > limit) {
    throw new ProtocolError(
      'too-large',
      `A ${message.type} message of ${length} bytes exceeds the limit of ${limit}.`,
    );
  }
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, length, true);
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

/** The bytes of a message in one piece; a payload is copied behind the envelope. Throws as `encodeHead`. */
export function encodeMessage(
  message: ClientMessage | ServerMessage,
  payload?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const head = encodeHead(message);
  if (!payload || payload.byteLength === 0) return head;
  const bytes = new Uint8Array(head.byteLength + payload.byteLength);
  bytes.set(head);
  bytes.set(payload, head.byteLength);
  return bytes;
}

/**
 * A message without payload whose envelope is deflated, for a client that asked for it: the length's highest bit is set, and
 * the envelope is the u32 length that it has otherwise, then that deflated (RFC 1951). Throws as `encodeHead`.
 * @param deflate what deflates; a message that it does not make shorter is as `encodeHead` makes it
 */
export function encodeDeflated(
  message: ServerMessage,
  deflate: (bytes: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const plain = encodeHead(message);
  const envelope = plain.subarray(ENVELOPE_HEAD);
  const deflated = deflate(envelope);
  const length = ENVELOPE_HEAD + deflated.byteLength;
  if (length >= envelope.byteLength || length > MAX_DEFLATED) return plain;
  const bytes = new Uint8Array(ENVELOPE_HEAD + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (DEFLATED | length) >>> 0, true);
  view.setUint32(ENVELOPE_HEAD, envelope.byteLength, true);
  bytes.set(deflated, 2 * ENVELOPE_HEAD);
  return bytes;
}

/** Reads a message that a client sent. Throws ProtocolError for anything else. */
export function decodeClientMessage(bytes: Uint8Array): Decoded<ClientMessage> {
  if (bytes.byteLength > MAX_CLIENT_MESSAGE) throw tooLarge(bytes.byteLength, MAX_CLIENT_MESSAGE);
  const decoded = decode<ClientMessage>(bytes, clientChecks, {
    limit: MAX_CLIENT_MESSAGE,
    flags: 0,
    read: unpack,
  });
  if (decoded.payload.byteLength > 0) {
    throw new ProtocolError('malformed', `A ${decoded.message.type} message has no payload.`);
  }
  return decoded;
}

/** Reads a message that a server sent. Throws ProtocolError for anything else. */
export function decodeServerMessage(bytes: Uint8Array): Decoded<ServerMessage> {
  const isDeflated = bytes.byteLength >= ENVELOPE_HEAD && ((bytes[3] as number) & 0x80) !== 0;
  const decoded = decode<ServerMessage>(bytes, serverChecks, isDeflated ? inflating : plainly);
  if (decoded.payload.byteLength > 0 && decoded.message.type !== 'level') {
    throw new ProtocolError('malformed', `A ${decoded.message.type} message has no payload.`);
  }
  return decoded;
}

/** How an envelope is read. */
interface Reading {
  readonly limit: number;
  /** Bits of the length that are no part of it. */
  readonly flags: number;
  readonly read: (envelope: Uint8Array) => unknown;
}

const plainly: Reading = { limit: MAX_SERVER_ENVELOPE, flags: 0, read: unpack };
const inflating: Reading = {
  limit: MAX_DEFLATED,
  flags: DEFLATED,
  read: (envelope) => unpack(inflate(envelope)),
};

function decode<M>(
  bytes: Uint8Array,
  checks: Record<string, Check<M>>,
  { limit, flags, read }: Reading,
): Decoded<M> {
  if (bytes.byteLength < ENVELOPE_HEAD) {
    throw new ProtocolError('malformed', `A message of ${bytes.byteLength} bytes is too short for its head.`);
  }
  const word = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const length = (word & ~flags) >>> 0;
  if (length > limit) throw tooLarge(length, limit);
  const start = ENVELOPE_HEAD + length;
  if (start > bytes.byteLength) {
    throw new ProtocolError(
      'malformed',
      `The message has ${bytes.byteLength} bytes, its envelope says ${length}.`,
    );
  }
  const payload = bytes.subarray(start);
  if (payload.byteLength > MAX_PAYLOAD) throw tooLarge(payload.byteLength, MAX_PAYLOAD);
  const envelope = read(bytes.subarray(ENVELOPE_HEAD, start));
  const type =
    typeof envelope === 'object' && envelope !== null && 'type' in envelope ? envelope.type : undefined;
  if (typeof type !== 'string') throw new ProtocolError('malformed', 'The envelope does not name its type.');
  const check = Object.hasOwn(checks, type) ? checks[type] : undefined;
  if (!check) {
    throw new ProtocolError('unknown-type', `Unknown message type ${JSON.stringify(type.slice(0, 40))}.`);
  }
  try {
    return { message: check(envelope), payload };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ProtocolError(error.code, `In a ${type} message: ${error.message}.`, { cause: error });
  }
}

function unpack(envelope: Uint8Array): unknown {
  scanEnvelope(envelope);
  try {
    return unpackr.unpack(envelope);
  } catch (cause) {
    throw new ProtocolError('malformed', 'The envelope is not MessagePack.', { cause });
  }
}

function inflate(envelope: Uint8Array): Uint8Array {
  if (envelope.byteLength < ENVELOPE_HEAD)
    throw new ProtocolError('malformed', 'An envelope without length.');
  const length = new DataView(envelope.buffer, envelope.byteOffset).getUint32(0, true);
  if (length > MAX_SERVER_ENVELOPE) throw tooLarge(length, MAX_SERVER_ENVELOPE);
  let inflated: Uint8Array;
  try {
    // What does not fit into the length that was said is not written anywhere; one byte more tells it.
    inflated = inflateSync(envelope.subarray(ENVELOPE_HEAD), { out: new Uint8Array(length + 1) });
  } catch (cause) {
    throw new ProtocolError('malformed', 'The envelope cannot be inflated.', { cause });
  }
  if (inflated.byteLength === length) return inflated;
  throw new ProtocolError('malformed', `An envelope of ${length} bytes inflates to another length.`);
}

function tooLarge(length: number, limit: number): ProtocolError {
  return new ProtocolError('too-large', `The message has ${length} bytes, more than the limit of ${limit}.`);
}
