// Sentences that are kept or sent in English, in the chosen language: those that are known by their pattern.
import { language } from './language.ts';

/** A sentence as it is kept, and in German; `$1` and what follows may be known sentences themselves. */
export type KnownSentences = readonly (readonly [RegExp, string])[];

/** The sentence in the chosen language; one that is not known stays as it is. */
export function knownSentence(text: string, german: KnownSentences): string {
  if (language.value === 'en') return text;
  for (const [pattern, translated] of german) {
    const found = pattern.exec(text);
    if (found)
      return translated.replace(/\$(\d)/g, (_, at) => knownSentence(found[Number(at)] ?? '', german));
  }
  return text;
}
