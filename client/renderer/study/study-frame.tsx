// What stands around the images of a study: its title, and words when it cannot be opened.
import { displayDate } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { goToWorklist } from '../shell/location.ts';
import { isShared } from '../shell/server-fetch.ts';
import { shellTexts } from '../words/shell.ts';
import { studyTexts } from '../words/study.ts';
import type { StudyModel } from './study-model.ts';

export function Title({ study }: { study: StudyModel }) {
  const manifest = study.manifest.value;
  if (!manifest) return null;
  const { patient, study: head } = manifest;
  return (
    <h1 class="study-title">
      <b>{displayName(patient.name) || studyTexts.value.noName}</b>
      <span class="dim">{patient.id}</span>
      <span>{head.description}</span>
      <span class="dim">{displayDate(head.date)}</span>
    </h1>
  );
}

export function NotOpen({ study }: { study: StudyModel }) {
  return (
    <main class="not-open" aria-live="assertive">
      <p>{studyTexts.value.notOpen}</p>
      <p class="dim">{study.message.value}</p>
      <p>
        <button type="button" class="button" onClick={() => void study.load()}>
          {shellTexts.value.tryAgain}
        </button>
        {!isShared && (
          <button type="button" class="button" onClick={goToWorklist}>
            {shellTexts.value.worklist}
          </button>
        )}
      </p>
    </main>
  );
}
