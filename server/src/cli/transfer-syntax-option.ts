// `--transfer-syntax`: short names for the transfer syntaxes that files are exported in.
import { InvalidArgumentError } from 'commander';

/** UIDs by the names that people type. */
const transferSyntaxes: Readonly<Record<string, string | undefined>> = {
  stored: 'stored',
  explicit: '1.2.840.10008.1.2.1',
  implicit: '1.2.840.10008.1.2',
  j2k: '1.2.840.10008.1.2.4.90',
  htj2k: '1.2.840.10008.1.2.4.201',
};

/** The option's value as a UID or 'stored'. @throws InvalidArgumentError that names what there is */
export function parseTransferSyntax(text: string): string {
  const uid = transferSyntaxes[text];
  if (uid !== undefined) return uid;
  throw new InvalidArgumentError(`It is one of ${Object.keys(transferSyntaxes).join(', ')}.`);
}
