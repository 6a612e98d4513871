// The protocol data units of the upper layer and the words for their fields (PS3.8 section 9.3).

export const PduType = {
  associateRequest: 1,
  associateAccept: 2,
  associateReject: 3,
  data: 4,
  releaseRequest: 5,
  releaseResponse: 6,
  abort: 7,
} as const;

/** A presentation context as it is proposed: one abstract syntax, the ways it may be written. */
export interface ProposedContext {
  /** Odd, 1 to 255. */
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** 0 accepted, 1 rejected by the user, 2 no reason, 3 abstract syntax not supported, 4 no transfer syntax supported. */
export type ContextResult = 0 | 1 | 2 | 3 | 4;

/** The answer to a proposed presentation context. */
export interface AnsweredContext {
  readonly id: number;
  readonly result: ContextResult;
  /** Means something only where the result is 0. */
  readonly transferSyntax: string;
}

/** SCP/SCU role selection of one SOP class (PS3.7 section D.3.3.4). */
export interface RoleSelection {
  readonly sopClass: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

/** SOP class extended negotiation: service class application information as it came (PS3.7 section D.3.3.5). */
export interface ExtendedNegotiation {
  readonly sopClass: string;
  readonly information: Uint8Array;
}

/** What both sides say in the user information item. */
export interface UserInformation {
  /** Largest P-DATA-TF that the sender of this takes; 0 for no limit. */
  readonly maxPduBytes: number;
  readonly implementationClass: string;
  readonly implementationVersion: string;
  readonly roles: readonly RoleSelection[];
  readonly extended: readonly ExtendedNegotiation[];
}

export interface AssociateRequest {
  readonly type: 'associate-request';
  /** Bit 0: version 1. */
  readonly protocolVersion: number;
  readonly calledAe: string;
  readonly callingAe: string;
  readonly applicationContext: string;
  readonly contexts: readonly ProposedContext[];
  readonly user: UserInformation;
}

export interface AssociateAccept {
  readonly type: 'associate-accept';
  readonly calledAe: string;
  readonly callingAe: string;
  readonly contexts: readonly AnsweredContext[];
  readonly user: UserInformation;
}

/** PS3.8 table 9-21. Result 1 is permanent, 2 transient; source 1 the user, 2 the ACSE, 3 the presentation layer. */
export interface AssociateReject {
  readonly type: 'associate-reject';
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

/** PS3.8 table 9-26. Source 0 is the service user, 2 the service provider, who gives a reason. */
interface Abort {
  readonly type: 'abort';
  readonly source: number;
  readonly reason: number;
}

interface Release {
  readonly type: 'release-request' | 'release-response';
}

/** Every PDU but P-DATA-TF. */
export type ControlPdu = AssociateRequest | AssociateAccept | AssociateReject | Release | Abort;

/** A piece of a presentation data value, as it came: a message fragment may come in several pieces. */
export interface DataPiece {
  readonly type: 'data';
  readonly contextId: number;
  /** Of a command set, or else of a data set. */
  readonly command: boolean;
  /** The last piece of the last fragment of its command set or data set. */
  readonly last: boolean;
  /** Lies in the memory of the socket: to be used or copied before the next one. */
  readonly bytes: Uint8Array;
}

/** The DICOM application context (PS3.7 annex A.2.1). */
export const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

/** Reasons of rejection that Strata gives (PS3.8 table 9-21). */
export const Rejection = {
  callingAeUnknown: { result: 1, source: 1, reason: 3 },
  calledAeUnknown: { result: 1, source: 1, reason: 7 },
  applicationContext: { result: 1, source: 1, reason: 2 },
  protocolVersion: { result: 1, source: 2, reason: 2 },
  localLimit: { result: 2, source: 3, reason: 2 },
} as const;

/** Reasons of an abort by the service provider (PS3.8 table 9-26). */
export const AbortReason = {
  notSpecified: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unrecognizedParameter: 4,
  unexpectedParameter: 5,
  invalidParameter: 6,
} as const;

/** What came is no PDU of PS3.8, or is larger than agreed; `reason` is what the abort says. */
export class PduError extends Error {
  override readonly name = 'PduError';
  readonly code = 'bad-pdu';
  readonly reason: number;

  constructor(reason: number, message: string) {
    super(message);
    this.reason = reason;
  }
}
