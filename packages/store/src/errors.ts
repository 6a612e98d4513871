// What can go wrong with blobs on disk, in words that say what to do about it.

/**
 * `missing`: no such blob; `corrupt`: its bytes are not what its name says; `no-space`: disk full or over quota;
 * `read-only`: the folder may not be written or read; `bad-digest`: not a SHA-256 in hex; `io`: the disk or the system failed;
 * `too-few-servers`: fewer servers than replicas are wanted could make the blob durable.
 */
export type StoreErrorCode =
  | 'missing'
  | 'corrupt'
  | 'no-space'
  | 'read-only'
  | 'io'
  | 'bad-digest'
  | 'too-few-servers';

/** A failure of the blob store. The message names the file and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const meanings: Record<string, { code: StoreErrorCode; advice: string }> = {
  ENOSPC: { code: 'no-space', advice: 'The disk is full: free space or move the data folder.' },
  EDQUOT: { code: 'no-space', advice: 'The disk quota is used up: raise it or move the data folder.' },
  EFBIG: { code: 'no-space', advice: 'The file is larger than this file system or process may write.' },
  EROFS: { code: 'read-only', advice: 'The file system is mounted read-only: remount it for writing.' },
  EACCES: { code: 'read-only', advice: 'Give the user that runs Strata the right to read and write there.' },
  EPERM: { code: 'read-only', advice: 'Give the user that runs Strata the right to read and write there.' },
  EMFILE: { code: 'io', advice: 'Too many files are open: raise the limit (ulimit -n).' },
  EIO: { code: 'io', advice: 'The disk reports an error: check it and its cables, then run strata verify.' },
};

/**
 * Tells a failed file operation in the store's words.
 * @param cause what the system threw @param doing e.g. `write a blob` @param path the file or folder it was about
 */
export function storeError(cause: unknown, doing: string, path: string): StoreError {
  if (cause instanceof StoreError) return cause;
  const system = (cause as NodeJS.ErrnoException | null)?.code ?? '';
  if (system === 'ENOENT') {
    return new StoreError('missing', `Cannot ${doing}: ${path} is not there.`, { cause });
  }
  const { code, advice } = meanings[system] ?? { code: 'io', advice: 'Check the disk and the folder.' };
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(code, `Cannot ${doing} at ${path}: ${reason}. ${advice}`, { cause });
}
