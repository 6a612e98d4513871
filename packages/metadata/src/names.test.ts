// Folding: what a name is searched by does not depend on how somebody types it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, likePattern, nameKey, nameWords, searchWords } from './names.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 40 });

/** What SQL's LIKE does, for the patterns that `likePattern` makes. */
function like(text: string, pattern: string): boolean {
  const expression = pattern.replaceAll(/\\(.)|[%_]|[^\\%_]/gsu, (part, literal?: string) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return (literal ?? part).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${expression}$`, 'su').test(text);
}

describe('names', () => {
  it('are folded to the same for every case and form of their letters, and folding again changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(fold(fold(text))).toBe(fold(text));
        expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')));
      }),
    );
    expect(fold('ÅÄÖ éèê ÇŁØÆŒß İı')).toBe('aao eee cloaeoess ii');
  });

  it('have words that are found by each of their beginnings', () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (name, length) => {
        for (const word of nameWords(name)) {
          const beginning = word.slice(0, Math.max(1, length)).toWellFormed();
          const [search] = searchWords(beginning);
          if (beginning.includes('\ufffd') || search === undefined) continue;
          expect(like(word, likePattern(`${search}*`)), `${word} by ${search}`).toBe(true);
        }
      }),
    );
  });

  it('keep wildcards in a search, and only them', () => {
    expect(searchWords('Mü?ler* %_\\ O’Brien')).toEqual(['mu?ler*', 'o', 'brien']);
    expect(likePattern('a*b?c%d_e\\f**')).toBe('a%b_c\\%d\\_e\\\\f%');
    expect(nameKey('  Müller^Jörg^^Dr. ')).toBe('muller jorg dr.');
    expect([nameWords(''), nameWords('^^=^'), searchWords('***')]).toEqual([[], [], ['***']]);
  });
});
