// A file to send: found, not read yet.

export interface Source {
  /** Where it was found, for people: folders with slashes. */
  readonly name: string;
  readonly bytes: number;
  /** Bytes that it costs in memory while it is open: 0 for a file that the browser reads itself. */
  readonly memory: number;
  /** @throws UnusableError */
  open(): Promise<Blob>;
}

/** What was found. */
export type Found = { readonly source: Source } | { readonly unusable: Unusable };

/** What was found and cannot be sent; the codes are those of `../words/uploading.ts`. */
export interface Unusable {
  readonly name: string;
  readonly code: string;
}

/** A file cannot be read, or is not what it says it is. */
export class UnusableError extends Error {
  override readonly name = 'UnusableError';
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(`The file cannot be used: ${code}.`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A file of the computer; the browser reads it while it is sent. */
export function fileSource(name: string, file: File): Source {
  return { name, bytes: file.size, memory: 0, open: async () => file };
}
