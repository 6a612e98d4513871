// An earlier study beside the one at hand from the start, when the address asks for it: `/study/UID?beside=UID`.
import type { GridModel } from '../grid/grid-model.ts';
import { layoutOf } from '../grid/layouts.ts';
import type { StudyModel, StudySeries } from '../study/study-model.ts';
import type { PriorsModel } from './priors-model.ts';

/** The address of a study with another one beside it. */
export function besideAddress(studyUid: string, otherUid: string): string {
  return `/study/${studyUid}?beside=${otherUid}`;
}

/** The study that the query of an address asks for; null for none. */
export function besideOf(search: string): string | null {
  const uid = new URLSearchParams(search).get('beside') ?? '';
  return /^[0-9.]{1,64}$/.test(uid) ? uid : null;
}

interface ShowIn {
  readonly study: StudyModel;
  readonly priors: PriorsModel;
  readonly grid: GridModel;
}

/** Shows it. What is another patient's, cannot be opened or has no images is left out. */
export async function showBeside(uid: string, { study, priors, grid }: ShowIn): Promise<void> {
  if (uid === study.uid) return;
  const other = await priors.openStudy(uid);
  const pair = other.series.peek()[0]?.patient;
  const present = study.series.peek().find(hasImages);
  if (!pair || !present || !isSame(pair, present.patient)) {
    priors.closeStudy(uid);
    return;
  }
  const images = other.series.peek().filter(hasImages);
  const alike = images.find(({ manifest }) => manifest.modality === present.manifest.modality);
  const beside = alike ?? images[0];
  if (beside) grid.hang(layoutOf(1, 2), [present, beside]);
}

const hasImages = ({ stack }: StudySeries): boolean => stack.slices.length > 0;

type Patient = StudySeries['patient'];

function isSame(a: Patient, b: Patient): boolean {
  return a.id === b.id && a.name === b.name && a.birthDate === b.birthDate;
}
