// What ends an association, or keeps it from being made.

export type AssociationErrorCode = 'unreachable' | 'rejected' | 'aborted' | 'lost' | 'silent' | 'closed';

/** The association is not there, or not any longer; the message says who ended it and why. */
export class AssociationError extends Error {
  override readonly name = 'AssociationError';
  readonly code: AssociationErrorCode;

  constructor(code: AssociationErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

const rejections: Readonly<Record<string, string>> = {
  '1/1': 'no reason given',
  '1/2': 'application context not supported',
  '1/3': 'calling AE title not recognized',
  '1/7': 'called AE title not recognized',
  '2/1': 'no reason given',
  '2/2': 'protocol version not supported',
  '3/1': 'temporary congestion',
  '3/2': 'local limit exceeded',
};

/** The words of PS3.8 table 9-21. */
export function rejectionText(source: number, reason: number): string {
  return rejections[`${source}/${reason}`] ?? `source ${source}, reason ${reason}`;
}
