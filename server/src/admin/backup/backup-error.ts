// Why a backup or a restore cannot be done.
import { systemCode } from '../../config/start-error.ts';

export type BackupErrorCode =
  | 'not-a-backup'
  | 'another-installation'
  | 'newer-version'
  | 'in-use'
  | 'no-space'
  | 'unwritable'
  | 'damaged'
  | 'no-dump'
  | 'not-empty'
  | 'no-servers';

/** The message names the folder and says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What a file system, or the store on it, says of the folder of a backup; other errors as they are. */
export function folderTrouble(folder: string, error: unknown): unknown {
  if (error instanceof BackupError) return error;
  const code = systemCode(error);
  const why = error instanceof Error ? error.message : String(error);
  if (['ENOSPC', 'EDQUOT', 'EFBIG', 'no-space'].includes(code)) {
    return new BackupError(
      'no-space',
      `The disk of the backup ${folder} is full. What was copied stays; free space there and run it again, and it goes on from here.`,
      error,
    );
  }
  if (code === 'ENOENT' && (error as NodeJS.ErrnoException).syscall === 'mkdir') {
    return new BackupError(
      'unwritable',
      `The folder of the backup ${folder} cannot be made (${why}). Name another folder with --to, or mount its disk.`,
      error,
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'read-only'].includes(code)) {
    return new BackupError(
      'unwritable',
      `The backup ${folder} cannot be written (${why}). Make it writable for this user, or name another folder with --to.`,
      error,
    );
  }
  if (['ENOTDIR', 'EEXIST'].includes(code))
    return new BackupError('not-a-backup', `${folder} is no folder: name another one.`, error);
  return error;
}
