// A document on paper: its text in black on white, under the name of its patient and the study that it is about.
import { displayDate } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import type { StudySeries } from '../study/study-model.ts';
import './print-document.css';

/** Who and what a document is about. */
export type AboutWhom = Pick<StudySeries, 'patient' | 'study'>;

/** Has the browser print an element of the page, without what is pressed in it. */
export function printDocument(text: Element, about: AboutWhom | null): void {
  const sheet = document.createElement('div');
  sheet.className = 'document-sheet';
  sheet.append(headOf(about), text.cloneNode(true));
  document.body.append(sheet);
  addEventListener('afterprint', () => sheet.remove(), { once: true });
  print();
}

function headOf(about: AboutWhom | null): Element {
  const head = document.createElement('header');
  const { patient, study } = about ?? {};
  const lines = [
    [displayName(patient?.name ?? ''), displayDate(patient?.birthDate ?? ''), patient?.sex, patient?.id],
    [study?.description, displayDate(study?.date ?? ''), study?.accessionNumber],
  ];
  for (const line of lines) {
    const paragraph = document.createElement('p');
    paragraph.textContent = line.filter(Boolean).join(' · ');
    if (paragraph.textContent) head.append(paragraph);
  }
  return head;
}
