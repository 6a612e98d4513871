// `--transfer-syntax`: short names for the transfer syntaxes that files are exported in.
import { InvalidArgumentError } from 'commander';
import { CommandError } from './failure.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';

/** UIDs by the names that people type. */
const transferSyntaxes: Readonly<Record<string, string | undefined>> = {
  stored: 'stored',
  explicit: EXPLICIT,
  implicit: '1.2.840.10008.1.2',
  j2k: '1.2.840.10008.1.2.4.90',
  htj2k: '1.2.840.10008.1.2.4.201',
};

/** Something done in a transfer syntax. */
export interface DoneInSyntax<Result> {
  readonly result: Result;
  /** Why it was not done in the one that was asked for; null when it was. */
  readonly insteadBecause: string | null;
}

/**
 * Does something with an object in a transfer syntax. What cannot be written in it is written uncompressed, and what cannot
 * be that either, such as video, as it is stored: an export lacks nothing of a study because of how it is to be written.
 * @param task throws CommandError 'unsupported-transfer-syntax' when the object cannot be written so
 */
export async function inTransferSyntax<Result>(
  transferSyntax: string,
  task: (transferSyntax: string) => Promise<Result>,
): Promise<DoneInSyntax<Result>> {
  let insteadBecause: string | null = null;
  for (const syntax of new Set([transferSyntax, EXPLICIT])) {
    try {
      return { result: await task(syntax), insteadBecause };
    } catch (error) {
      if (!(error instanceof CommandError) || error.code !== 'unsupported-transfer-syntax') throw error;
      insteadBecause ??= error.message;
    }
  }
  return { result: await task('stored'), insteadBecause };
}

/** The option's value as a UID or 'stored'. @throws InvalidArgumentError that names what there is */
export function parseTransferSyntax(text: string): string {
  const uid = transferSyntaxes[text];
  if (uid !== undefined) return uid;
  throw new InvalidArgumentError(`It is one of ${Object.keys(transferSyntaxes).join(', ')}.`);
}
