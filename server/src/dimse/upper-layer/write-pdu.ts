// Writes PDUs (PS3.8 section 9.3).
import {
  type AnsweredContext,
  APPLICATION_CONTEXT,
  type ControlPdu,
  PduType,
  type ProposedContext,
  type UserInformation,
} from './pdu.ts';

/** The bytes of a PDU, its first six included. Throws RangeError when an item is longer than its length field can say. */
export function writePdu(pdu: ControlPdu): Buffer {
  switch (pdu.type) {
    case 'associate-request': {
      const contexts = pdu.contexts.map(proposedItem);
      return associate(PduType.associateRequest, pdu, pdu.applicationContext, contexts);
    }
    case 'associate-accept':
      return associate(PduType.associateAccept, pdu, APPLICATION_CONTEXT, pdu.contexts.map(answeredItem));
    case 'associate-reject':
      return framed(PduType.associateReject, [Buffer.from([0, pdu.result, pdu.source, pdu.reason])]);
    case 'release-request':
      return framed(PduType.releaseRequest, [Buffer.alloc(4)]);
    case 'release-response':
      return framed(PduType.releaseResponse, [Buffer.alloc(4)]);
    case 'abort':
      return framed(PduType.abort, [Buffer.from([0, 0, pdu.source, pdu.reason])]);
  }
}

/** Bytes before the content of a P-DATA-TF that carries one presentation data value. */
export const DATA_HEADER = 12;

/** Those bytes: PDU header, length of the value, context, and what the value is part of (PS3.8 annex E.2). */
export function dataHeader(contextId: number, command: boolean, last: boolean, length: number): Buffer {
  const header = Buffer.alloc(DATA_HEADER);
  header[0] = PduType.data;
  header.writeUInt32BE(length + 6, 2);
  header.writeUInt32BE(length + 2, 6);
  header[10] = contextId;
  header[11] = (command ? 1 : 0) | (last ? 2 : 0);
  return header;
}

function associate(
  type: number,
  { calledAe, callingAe, user }: { calledAe: string; callingAe: string; user: UserInformation },
  applicationContext: string,
  contexts: Buffer[],
): Buffer {
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16BE(1, 0); // protocol version 1
  fixed.fill(' ', 4, 36);
  fixed.write(calledAe, 4, 16, 'latin1');
  fixed.write(callingAe, 20, 16, 'latin1');
  return framed(type, [fixed, item(0x10, Buffer.from(applicationContext)), ...contexts, userItem(user)]);
}

function proposedItem({ id, abstractSyntax, transferSyntaxes }: ProposedContext): Buffer {
  const syntaxes = transferSyntaxes.map((uid) => item(0x40, Buffer.from(uid)));
  return item(0x20, Buffer.from([id, 0, 0, 0]), item(0x30, Buffer.from(abstractSyntax)), ...syntaxes);
}

function answeredItem({ id, result, transferSyntax }: AnsweredContext): Buffer {
  return item(0x21, Buffer.from([id, 0, result, 0]), item(0x40, Buffer.from(transferSyntax)));
}

function userItem(user: UserInformation): Buffer {
  const roles = user.roles.map(({ sopClass, scu, scp }) =>
    item(0x54, withLength(sopClass), Buffer.from([Number(scu), Number(scp)])),
  );
  const extended = user.extended.map(({ sopClass, information }) =>
    item(0x56, withLength(sopClass), information),
  );
  const maxPdu = Buffer.alloc(4);
  maxPdu.writeUInt32BE(user.maxPduBytes);
  return item(
    0x50,
    item(0x51, maxPdu),
    item(0x52, Buffer.from(user.implementationClass)),
    ...roles,
    item(0x55, Buffer.from(user.implementationVersion)),
    ...extended,
  );
}

function withLength(text: string): Buffer {
  const bytes = Buffer.alloc(2 + text.length);
  bytes.writeUInt16BE(text.length);
  bytes.write(text, 2, 'latin1');
  return bytes;
}

function item(kind: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const header = Buffer.from([kind, 0, 0, 0]);
  header.writeUInt16BE(content.length, 2);
  return Buffer.concat([header, content]);
}

function framed(type: number, parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const header = Buffer.alloc(6);
  header[0] = type;
  header.writeUInt32BE(content.length, 2);
  return Buffer.concat([header, content]);
}
