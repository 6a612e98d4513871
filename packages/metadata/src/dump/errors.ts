// What can go wrong with dumps of the metadata, in words that say what to do about it.

/**
 * `damaged`: a file of the dump is not what was written; `newer`: it was made by a newer Strata; `not-empty`: where it is to
 * be loaded there is something already; `differs`: what was loaded is not what was dumped; `unsuitable`: the database cannot
 * be dumped or loaded into.
 */
export type DumpErrorCode = 'damaged' | 'newer' | 'not-empty' | 'differs' | 'unsuitable';

/** A failure of a dump or of its loading. The message names the file or the table. */
export class DumpError extends Error {
  override readonly name = 'DumpError';
  readonly code: DumpErrorCode;

  constructor(code: DumpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
