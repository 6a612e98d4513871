// Reads the PDUs that come whole: association requests and answers, release, abort (PS3.8 section 9.3).
import { ByteReader } from './byte-reader.ts';
import {
  AbortReason,
  type AnsweredContext,
  type AssociateAccept,
  type AssociateRequest,
  type ContextResult,
  type ControlPdu,
  type ExtendedNegotiation,
  PduError,
  PduType,
  type ProposedContext,
  type RoleSelection,
  type UserInformation,
} from './pdu.ts';

/** Most transfer syntaxes of one context; there are about sixty in all. */
const MAX_SYNTAXES = 256;
const MAX_CONTEXTS = 128;
const MAX_USER_ITEMS = 2048;

/**
 * Reads the body of a PDU, which is all of it but its first six bytes.
 * @throws PduError for anything that PS3.8 does not allow
 */
export function readPdu(type: number, body: Uint8Array): ControlPdu {
  switch (type) {
    case PduType.associateRequest:
      return readAssociate(body, 'associate-request') as AssociateRequest;
    case PduType.associateAccept:
      return readAssociate(body, 'associate-accept') as AssociateAccept;
    case PduType.associateReject: {
      const [, result = 0, source = 0, reason = 0] = four(body);
      return { type: 'associate-reject', result, source, reason };
    }
    case PduType.releaseRequest:
      four(body);
      return { type: 'release-request' };
    case PduType.releaseResponse:
      four(body);
      return { type: 'release-response' };
    case PduType.abort: {
      const [, , source = 0, reason = 0] = four(body);
      return { type: 'abort', source, reason };
    }
    default:
      throw new PduError(AbortReason.unrecognizedPdu, `There is no PDU of type ${type}.`);
  }
}

function four(body: Uint8Array): Uint8Array {
  if (body.length === 4) return body;
  throw invalid(`A PDU that has four bytes came with ${body.length}.`);
}

function readAssociate(
  body: Uint8Array,
  type: 'associate-request' | 'associate-accept',
): AssociateRequest | AssociateAccept {
  const reader = new ByteReader(body);
  const protocolVersion = reader.u16();
  reader.skip(2);
  const calledAe = reader.text(16).trim();
  const callingAe = reader.text(16).trim();
  reader.skip(32);
  let applicationContext = '';
  const proposed: ProposedContext[] = [];
  const answered: AnsweredContext[] = [];
  let user: UserInformation | null = null;
  while (!reader.atEnd) {
    const { kind, item } = readItem(reader);
    if (kind === 0x10) applicationContext = item.uid();
    else if (kind === 0x20 && type === 'associate-request') proposed.push(readProposed(item));
    else if (kind === 0x21 && type === 'associate-accept') answered.push(readAnswered(item));
    else if (kind === 0x50) user = readUser(item);
    // Items of other kinds are of later editions, and are skipped.
    if (proposed.length + answered.length > MAX_CONTEXTS) throw invalid('More than 128 contexts came.');
  }
  if (user === null) throw invalid('An association came without user information.');
  const names = { calledAe, callingAe, user };
  if (type === 'associate-accept') return { type, ...names, contexts: answered };
  if (proposed.length === 0) throw invalid('An association came without a presentation context.');
  return { type, protocolVersion, applicationContext, ...names, contexts: proposed };
}

/** Item type, a reserved byte, a length of two bytes, and that many bytes. */
function readItem(reader: ByteReader): { kind: number; item: ByteReader } {
  const kind = reader.u8();
  reader.skip(1);
  return { kind, item: reader.part(reader.u16()) };
}

function readProposed(item: ByteReader): ProposedContext {
  const id = item.u8();
  if (id % 2 === 0) throw invalid(`A presentation context has the even number ${id}.`);
  item.skip(3);
  let abstractSyntax = '';
  const transferSyntaxes: string[] = [];
  while (!item.atEnd) {
    const inner = readItem(item);
    if (inner.kind === 0x30) abstractSyntax = inner.item.uid();
    else if (inner.kind === 0x40) transferSyntaxes.push(inner.item.uid());
    if (transferSyntaxes.length > MAX_SYNTAXES) throw invalid('A context has too many transfer syntaxes.');
  }
  return { id, abstractSyntax, transferSyntaxes };
}

function readAnswered(item: ByteReader): AnsweredContext {
  const id = item.u8();
  item.skip(1);
  const result = Math.min(item.u8(), 4) as ContextResult;
  item.skip(1);
  let transferSyntax = '';
  while (!item.atEnd) {
    const inner = readItem(item);
    if (inner.kind === 0x40) transferSyntax = inner.item.uid();
  }
  return { id, result, transferSyntax };
}

function readUser(item: ByteReader): UserInformation {
  let [maxPduBytes, implementationClass, implementationVersion] = [0, '', ''];
  const roles: RoleSelection[] = [];
  const extended: ExtendedNegotiation[] = [];
  for (let count = 0; !item.atEnd; count++) {
    if (count > MAX_USER_ITEMS) throw invalid('The user information has too many items.');
    const { kind, item: inner } = readItem(item);
    if (kind === 0x51) maxPduBytes = inner.u32();
    else if (kind === 0x52) implementationClass = inner.uid();
    else if (kind === 0x54) roles.push(readRole(inner));
    else if (kind === 0x55) implementationVersion = inner.rest().trim();
    else if (kind === 0x56) {
      const sopClass = inner.part(inner.u16()).uid();
      extended.push({ sopClass, information: new Uint8Array(inner.bytes()) });
    }
    // Asynchronous operations, user identity and others: not answered, so not agreed on.
  }
  return { maxPduBytes, implementationClass, implementationVersion, roles, extended };
}

function readRole(item: ByteReader): RoleSelection {
  const sopClass = item.part(item.u16()).uid();
  return { sopClass, scu: item.u8() === 1, scp: item.u8() === 1 };
}

function invalid(message: string): PduError {
  return new PduError(AbortReason.invalidParameter, message);
}
