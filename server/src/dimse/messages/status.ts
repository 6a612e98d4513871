// Status codes of responses (PS3.7 annex C, PS3.4 tables B.2-1, C.4-1 to C.4-3).

export const Status = {
  success: 0x0000,
  cancel: 0xfe00,
  pending: 0xff00,
  /** Pending; some of the optional keys are not supported. */
  pendingWithoutKeys: 0xff01,
  /** C-MOVE and C-GET: done, with failures among the sub-operations. */
  someFailed: 0xb000,
  outOfResources: 0xa700,
  /** C-MOVE and C-GET: none of the sub-operations can be performed. */
  cannotPerform: 0xa702,
  unknownDestination: 0xa801,
  /** The data set does not match the SOP class or instance that the command names. */
  doesNotMatch: 0xa900,
  /** The data set cannot be understood, or its content cannot be kept. */
  cannotUnderstand: 0xc000,
  /** Another object is stored under this SOP Instance UID. */
  contradicts: 0xc001,
  processingFailure: 0x0110,
  noSuchInstance: 0x0112,
  classInstanceConflict: 0x0119,
  noSuchAction: 0x0123,
  unrecognizedOperation: 0x0211,
  invalidArgument: 0x0115,
} as const;

export function isPending(status: number): boolean {
  return status === Status.pending || status === Status.pendingWithoutKeys;
}

/** Whether an object was stored: with or without a warning (PS3.4 table B.2-1). */
export function isStored(status: number): boolean {
  return status === Status.success || (status & 0xf000) === 0xb000;
}

/** '0xA700', for messages. */
export function statusText(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
}
