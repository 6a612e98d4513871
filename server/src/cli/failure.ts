// How a command says that it did not do all that was asked.
import { systemCode } from '../config/start-error.ts';

/** A command failed for a reason that its user can act on; the message is all that is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** What Strata called the problem, where it was Strata that refused. */
  readonly code: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly code?: string | undefined } = {}) {
    super(message, options);
    this.code = options.code;
  }
}

/** Prints why a command failed and sets the exit code. A failure nobody foresaw is printed with where it happened. */
export function fail(error: unknown): void {
  process.exitCode = 1;
  if (error instanceof Error && error.name === 'AbortError') {
    process.exitCode = 130;
    process.stderr.write('strata: stopped before the end\n');
  } else if (error instanceof Error && (expected.has(error.name) || aboutFiles.has(systemCode(error)))) {
    process.stderr.write(`strata: ${error.message}\n`);
  } else {
    process.stderr.write(
      `strata: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}

/** What a file system says of a folder or file that the user named; its own words name the path. */
const aboutFiles = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST'],
  ...['ENOSPC', 'EDQUOT', 'ENAMETOOLONG', 'ELOOP', 'EFBIG', 'EMFILE', 'EIO'],
]);

const expected = new Set([
  'CommandError',
  'StartError',
  'GoneError',
  'StoreError',
  'MetadataError',
  'DumpError',
  'BackupError',
  'DicomError',
  'CodecError',
  'ProtocolError',
  'StreamError',
  'AssociationError',
]);
