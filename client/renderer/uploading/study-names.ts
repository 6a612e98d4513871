// What the studies that files were stored in are called, asked of the server when they are shown.

import { displayDate } from '../format/dates.ts';
import { modalitiesInOrder } from '../format/modalities.ts';
import { displayName } from '../format/person-name.ts';
import { serverFetch } from '../shell/server-fetch.ts';

/** Patient and study in a line. */
export interface StudyName {
  readonly patient: string;
  readonly about: string;
}

type Attributes = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>;

const TIMEOUT_MS = 10_000;

/** @returns null when it is not known: the link works without */
export async function studyName(uid: string): Promise<StudyName | null> {
  try {
    const response = await serverFetch(`/dicom-web/studies?StudyInstanceUID=${encodeURIComponent(uid)}`, {
      headers: { accept: 'application/dicom+json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.status === 200 ? nameOf((await response.json()) as unknown) : null;
  } catch {
    return null;
  }
}

/** Reads an answer of QIDO-RS. */
export function nameOf(answer: unknown): StudyName | null {
  const [study] = Array.isArray(answer) ? (answer as Attributes[]) : [];
  if (!study) return null;
  const first = (tag: string) => study[tag]?.Value?.[0];
  const name = first('00100010') as { Alphabetic?: unknown } | undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const modalities = modalitiesInOrder((study['00080061']?.Value ?? []).map(text)).join(' ');
  const about = [displayDate(text(first('00080020'))), modalities, text(first('00081030'))];
  return {
    patient: displayName(text(name?.Alphabetic)) || text(first('00100020')),
    about: about.filter(Boolean).join(' · '),
  };
}
