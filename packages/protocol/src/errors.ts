// The one error of this package: bytes or values that are not what the protocol says.

/**
 * - `malformed`: the bytes are not a message (truncated, not MessagePack, forbidden types)
 * - `too-large`: a limit of the protocol is exceeded
 * - `unknown-type`: a message type that this version does not know
 * - `bad-value`: a known message with a wrong or missing field
 */
export type ProtocolErrorCode = 'malformed' | 'too-large' | 'unknown-type' | 'bad-value';

/** A message that cannot be understood. `message` names the field and what was expected there. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
