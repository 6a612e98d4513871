// Who works here: until there is a sign-in, the name that the user gives once, which goes into everything that is saved.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Questions } from '../measuring/questions.ts';
import { savedTexts } from '../words/saved.ts';
import { keepSetting, keptSetting } from './kept-settings.ts';

/** As long as a component group of a DICOM name. */
const MAX_NAME = 64;

const name = signal(cleaned(keptSetting('author')));

/** The name that was given; '' when none was. */
export const authorName: ReadonlySignal<string> = name;

/** Takes another name, for now and for later. */
export function setAuthor(text: string): void {
  name.value = cleaned(text);
  keepSetting('author', name.value);
}

/**
 * The name; asks for it when none was given yet.
 * @returns null when the user gives none
 */
export async function askAuthor(questions: Questions): Promise<string | null> {
  if (name.peek() === '') {
    const answer = await questions.ask({ question: savedTexts.value.askAuthor, now: '', kind: 'text' });
    if (answer !== null) setAuthor(answer);
  }
  return name.peek() || null;
}

/** Without what divides values in DICOM, and without control characters. */
function cleaned(text: unknown): string {
  if (typeof text !== 'string') return '';
  return text
    .replace(/[\\\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME)
    .toWellFormed();
}
