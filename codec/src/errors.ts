// What the codec reports when it refuses something.

export type CodecErrorCode =
  /** The frame's geometry, sample type or samples are outside what the codec takes. */
  | 'bad-format'
  /** The bytes are not the header of a codestream, or it contradicts itself. */
  | 'bad-header'
  /** The bytes of a level cannot be what the encoder wrote. */
  | 'bad-segment'
  /** The bytes of a level, or an index, do not match their CRC-32C. */
  | 'bad-checksum'
  /** Levels were given in the wrong order, or the state belongs to another frame. */
  | 'bad-state'
  /** The index of a blob of frames is malformed. */
  | 'bad-blob'
  /** Written by a later version of Strata. */
  | 'unsupported';

/** A refusal by the codec: what was wrong, where, and a code to act on. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
