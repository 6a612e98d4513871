// A clinical document inside an object: fetched, read, shown; or in words why not.
import { useEffect, useState } from 'preact/hooks';
import { clinicalTexts } from '../../words/clinical.ts';
import { errorText } from '../../words/errors.ts';
import { reportTexts } from '../../words/reports.ts';
import { loadFile } from '../documents.ts';
import { type ClinicalDocument, ClinicalError } from './clinical-document.ts';
import { ClinicalView } from './clinical-view.tsx';
import { MOST_BYTES, readClinicalDocument } from './read-clinical.ts';

interface FileProps {
  /** SOP Instance UID. */
  readonly uid: string;
  /** Bytes. */
  readonly length: number;
}

type Opened = ClinicalDocument | 'reading' | { readonly error: unknown };

export function ClinicalFile({ uid, length }: FileProps) {
  const [opened, setOpened] = useState<Opened>('reading');
  useEffect(() => {
    const stop = new AbortController();
    setOpened('reading');
    opening(uid, length, stop.signal).then(setOpened, (error: unknown) => {
      if (!stop.signal.aborted) setOpened({ error });
    });
    return () => stop.abort();
  }, [uid, length]);
  if (opened === 'reading') return <p class="dim">{reportTexts.value.reading}</p>;
  if (!('error' in opened)) return <ClinicalView document={opened} />;
  const { error } = opened;
  return (
    <p class="dim" role="alert">
      {error instanceof ClinicalError ? clinicalTexts.value.unreadable[error.code] : errorText(error)}
    </p>
  );
}

async function opening(uid: string, length: number, signal: AbortSignal): Promise<ClinicalDocument> {
  if (length > MOST_BYTES) throw new ClinicalError('too-large');
  return readClinicalDocument(await loadFile(uid, signal));
}
