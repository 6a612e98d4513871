// What series are called that Strata makes of saved work: the objects keep their English names, people read them in their language.
import { type KnownSentences, knownSentence } from './known-sentences.ts';

/** Modality and Series Description, as the server writes them (server/src/saved). */
const names: KnownSentences = [
  [/^SR Measurements$/, 'Messungen'],
  [/^SR Reports$/, 'Befunde'],
  [/^KO Key images$/, 'Schlüsselbilder'],
  [/^PR Presentation states$/, 'Darstellungszustände'],
];

/** The description of a series for people; one that is not ours stays as it is. */
export function seriesText({ modality, description }: { modality: string; description: string }): string {
  const known = `${modality} ${description}`;
  const text = knownSentence(known, names);
  return text === known ? description : text;
}
