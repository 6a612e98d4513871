// Failures of one request, in the codes of the protocol.
import { CodecError } from '@strata/codec/errors';
import { MetadataError } from '@strata/metadata/errors';
import type { FailureCode } from '@strata/protocol/messages';
import { StoreError } from '@strata/store/errors';

/** A request that cannot be answered; the connection and other requests go on. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** A failure to read a blob, naming it and what of it was wanted. */
export function blobError(cause: unknown, blob: string, what: string): ImageError {
  if (cause instanceof ImageError) return cause;
  if (cause instanceof StoreError && cause.code === 'missing') {
    return new ImageError('missing-blob', `Blob ${blob} is not on this server (${what}).`, { cause });
  }
  if (cause instanceof CodecError || (cause instanceof StoreError && cause.code === 'corrupt')) {
    return new ImageError('corrupt-blob', `Blob ${blob} is damaged (${what}): ${cause.message}`, { cause });
  }
  return new ImageError('internal', `Blob ${blob} cannot be read (${what}).`, { cause });
}

/** Any failure as one that a client may be told; what is not meant for it stays in `cause`. */
export function asImageError(cause: unknown): ImageError {
  if (cause instanceof ImageError) return cause;
  if (cause instanceof MetadataError) {
    if (cause.code === 'invalid') return new ImageError('bad-request', cause.message, { cause });
    return new ImageError('unavailable', 'The metadata service cannot answer now.', { cause });
  }
  return new ImageError('internal', 'The server failed at this request; its log says more.', { cause });
}
