// What the gateway says about a file that it was given.

/** The largest file that is taken in, in bytes. A file is coded in memory; larger ones need the DICOM listener's spool. */
export const MAX_FILE_BYTES = 2 * 1024 ** 3;

/** The answer about one file. 'stored' and 'already' mean: durable, committed, and proven to decode to the same pixels. */
export interface IngestAnswer {
  readonly outcome: 'stored' | 'already' | 'refused';
  readonly sopInstanceUid?: string;
  readonly studyInstanceUid?: string;
  /** Why it was refused, for programs. */
  readonly code?: string;
  /** Why it was refused, for people. */
  readonly reason?: string;
  /** Its id in quarantine, where the refused file is kept there. */
  readonly quarantined?: string;
}

/** A file is not taken in; `code` for programs, the message for people. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The HTTP status of a refusal; also of an error outside ingest that has the same code. */
export function statusOf(code: string): number {
  switch (code) {
    case 'not-in-quarantine':
      return 404;
    case 'unsupported-transfer-syntax':
      return 406;
    case 'conflict':
    case 'ambiguous':
      return 409;
    case 'length-required':
      return 411;
    case 'too-large':
      return 413;
    case 'no-space':
    case 'quarantine-full':
      return 507;
    case 'metadata-unavailable':
    case 'too-few-servers':
    case 'stopping':
    case 'read-only':
    case 'io':
      return 503;
    default:
      return 422;
  }
}
