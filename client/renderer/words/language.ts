// The language of the pages: what the user chose, else what the browser asks for; it changes at once, without a reload.
import { computed, effect, signal } from '@preact/signals';
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';

/** The languages that the pages speak, as BCP 47 names them, with what each calls itself. */
export const languages = { en: 'English', de: 'Deutsch' } as const;

export type Language = keyof typeof languages;

const setting = 'language';

const isLanguage = (name: unknown): name is Language => typeof name === 'string' && name in languages;

/** What the user chose; null to follow the browser. */
export const chosenLanguage = signal<Language | null>(keptLanguage());

/** The language that texts, numbers and dates are in. */
export const language = computed<Language>(() => chosenLanguage.value ?? languageOf(navigator.languages));

/** The first language asked for that the pages speak, English if none. @param asked BCP 47 tags, the most wanted first */
export function languageOf(asked: readonly string[]): Language {
  const known = asked.map((tag) => tag.toLowerCase().split('-')[0]);
  return known.find(isLanguage) ?? 'en';
}

/** Changes the language of all open pages of this workstation and keeps it. @param choice null to follow the browser */
export function chooseLanguage(choice: Language | null): void {
  chosenLanguage.value = choice;
  keepSetting(setting, choice);
}

/** Tells the browser (and so screen readers) the language, and follows what other windows choose. Called once. */
export function startLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value;
  });
  addEventListener('storage', () => {
    chosenLanguage.value = keptLanguage();
  });
}

function keptLanguage(): Language | null {
  const kept = keptSetting(setting);
  return isLanguage(kept) ? kept : null;
}
