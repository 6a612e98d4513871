import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOfArguments, addressOfLink } from './deep-link.ts';

describe('links from other programs', () => {
  it('lead to a study', () => {
    expect(addressOfLink('strata://study/1.2.840.113619.2.1')).toBe('/study/1.2.840.113619.2.1');
    expect(addressOfLink('STRATA://study/1.2.3/')).toBe('/study/1.2.3');
  });

  it.each([
    'strata://study/',
    'strata://study/../../etc/passwd',
    'strata://study/1.2.3?x=1',
    'strata://other/1.2.3',
    'https://study/1.2.3',
    `strata://study/${'1'.repeat(65)}`,
  ])('lead nowhere when they are as %s', (link) => expect(addressOfLink(link)).toBeNull());

  it('never lead anywhere but to a study, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = addressOfLink(`strata://study/${text}`);
        expect(address === null || /^\/study\/[0-9.]{1,64}$/.test(address)).toBe(true);
      }),
    );
  });

  it('are found among the arguments of a program', () => {
    expect(addressOfArguments(['strata.exe', '--flag', 'strata://study/1.2.3'])).toBe('/study/1.2.3');
    expect(addressOfArguments(['strata.exe'])).toBeNull();
  });
});
