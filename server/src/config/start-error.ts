// The reasons for which Strata does not start, as one typed error.

export type StartErrorCode =
  | 'folder-unwritable'
  | 'not-a-data-folder'
  | 'newer-version'
  | 'disk-full'
  | 'in-use'
  | 'not-loopback'
  | 'port-busy'
  | 'metadata-failed'
  | 'no-answer'
  | 'bad-settings'
  | 'bad-key'
  | 'unfinished'
  | 'moved'
  | 'lost-database';

/** Strata cannot start or cannot be reached; the message says what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The `code` of a system error (`ENOSPC`, `EACCES`, ...), or '' for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
