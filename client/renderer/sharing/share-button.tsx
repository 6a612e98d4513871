// In the worklist's panel: the links of the study at hand.
import type { WorklistStudy } from '@strata/protocol/worklist';
import { displayDate } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { sharingTexts } from '../words/sharing.ts';
import { sharingStudy } from './sharing-study.ts';

export function ShareButton({ study }: { study: WorklistStudy }) {
  const open = () => {
    const name = [displayName(study.patientName) || study.patientId, displayDate(study.studyDate)];
    sharingStudy.value = { uid: study.studyUid, name: name.filter(Boolean).join(', ') };
  };
  return (
    <button type="button" class="button share-study" onClick={open}>
      {sharingTexts.value.share} …
    </button>
  );
}
