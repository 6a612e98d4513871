// Why a download does not go on; the codes are those of `../words/downloading.ts`.

/**
 * `no-list`: no server says what there is; `no-server`: none gives the file; `damaged`: what comes is never what the server
 * says it is; `gone`: it is not stored any more; `not-written`: the folder or the disk does not take it; `too-large`: the browser
 * has no storage for an archive, and memory for smaller ones; `not-secure`: the page came without https.
 */
export type DownloadCode =
  | 'no-list'
  | 'no-server'
  | 'damaged'
  | 'gone'
  | 'not-written'
  | 'too-large'
  | 'not-secure';

export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code: DownloadCode;

  constructor(code: DownloadCode, cause?: unknown) {
    super(`The download failed: ${code}.`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
