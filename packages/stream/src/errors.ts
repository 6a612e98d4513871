// The errors of the streaming client.

/**
 * - `unreachable`: no known server could be reached in time
 * - `closed`: the client was closed
 * - `corrupt`: a level arrived wrong from every try
 * - `stalled`: a request was asked again and again without progress
 * - `failed`: the server refused the request; `reason` is the code it gave
 * - `bad-request`: the arguments of a call cannot be right
 */
export type StreamErrorCode = 'unreachable' | 'closed' | 'corrupt' | 'stalled' | 'failed' | 'bad-request';

/** A call of the streaming client that came to nothing. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: StreamErrorCode;
  /** The server's own code (`not-found`, `missing-blob`, ...) when `code` is 'failed'. */
  readonly reason: string | undefined;

  constructor(code: StreamErrorCode, message: string, options?: { cause?: unknown; reason?: string }) {
    super(message, options);
    this.code = code;
    this.reason = options?.reason;
  }
}
