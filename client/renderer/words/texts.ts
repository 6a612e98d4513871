// Texts in every language of the pages: English says which there are and with which parameters, the others must have the same.
import { computed, type ReadonlySignal } from '@preact/signals';
import { type Language, language } from './language.ts';

/** Texts by name: plain ones, ones made of parameters, and tables of both. */
interface Texts {
  readonly [name: string]: string | ((...parameters: never[]) => string) | Texts;
}

/** The same names with the same parameters. */
type Same<English> = {
  readonly [Name in keyof English]: English[Name] extends string
    ? string
    : English[Name] extends (...parameters: infer Parameters) => string
      ? (...parameters: Parameters) => string
      : Same<English[Name]>;
};

type Others = Exclude<Language, 'en'>;

/**
 * The texts of an area of the pages.
 * @param all what is missing in a language, too much in it, or takes other parameters is an error of types
 * @returns the texts in the language chosen now; whoever reads `.value` while drawing follows the language
 */
export function texts<English extends Texts>(
  all: { readonly en: English } & { readonly [Other in Others]: Same<NoInfer<English>> },
): ReadonlySignal<Same<English>> {
  const known = all as unknown as Readonly<Record<Language, Same<English>>>;
  return computed(() => known[language.value]);
}
