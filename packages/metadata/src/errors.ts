// What can go wrong with the metadata service, in words that say what to do about it.

/**
 * `unavailable`: no connection, try again; `refused`: it does not let us in; `newer-schema`: the database was made by a newer Strata; `invalid`: what was
 * asked or given makes no sense; `in-use`: another Strata runs on this folder; `start-failed`: the embedded server does
 * not start; `no-space`: the database's disk is full; `failed`: a defect, see the cause.
 */
export type MetadataErrorCode =
  | 'unavailable'
  | 'refused'
  | 'newer-schema'
  | 'invalid'
  | 'in-use'
  | 'start-failed'
  | 'no-space'
  | 'failed';

/** A failure of the metadata service. The message names the thing, the place and what to do. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError';
  readonly code: MetadataErrorCode;

  constructor(code: MetadataErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
