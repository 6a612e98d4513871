// Why an object cannot be de-identified as it was asked for.

export type DeidentifyErrorCode =
  /** Text is likely burned into the pixels and nobody said where. */
  | 'burned-in-text'
  /** The pixels cannot be cleaned: they are not read, or are a video. */
  | 'unclean-pixels';

/** The object stays what it is: nothing of it goes out. */
export class DeidentifyError extends Error {
  override readonly name = 'DeidentifyError';
  readonly code: DeidentifyErrorCode;

  constructor(code: DeidentifyErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
