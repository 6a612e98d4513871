import { expect, it } from 'vitest';
import { CommandError } from './failure.ts';
import { inTransferSyntax } from './transfer-syntax-option.ts';

const J2K = '1.2.840.10008.1.2.4.90';
const EXPLICIT = '1.2.840.10008.1.2.1';

/** A task that can be done in some transfer syntaxes only, and gives the one that it was done in. */
const onlyIn =
  (...possible: string[]) =>
  async (syntax: string) => {
    if (possible.includes(syntax)) return syntax;
    throw new CommandError(`not in ${syntax}`, { code: 'unsupported-transfer-syntax' });
  };

it('what cannot be written in a transfer syntax is written uncompressed, or else as it is stored', async () => {
  expect(await inTransferSyntax(J2K, onlyIn(J2K))).toEqual({ result: J2K, insteadBecause: null });
  expect(await inTransferSyntax(J2K, onlyIn(EXPLICIT, 'stored'))).toEqual({
    result: EXPLICIT,
    insteadBecause: `not in ${J2K}`,
  });
  expect(await inTransferSyntax(EXPLICIT, onlyIn('stored'))).toEqual({
    result: 'stored',
    insteadBecause: `not in ${EXPLICIT}`,
  });
});

it('another failure is no reason for another transfer syntax', async () => {
  const task = async () => {
    throw new CommandError('A different file is there already.');
  };
  await expect(inTransferSyntax(J2K, task)).rejects.toThrow('A different file');
});
