// The patient's other studies, and those of them that are open beside the study at hand.
import { computed, signal } from '@preact/signals';
import type { PatientHead, StudyHead } from '@strata/protocol/manifest';
import type { WorklistPage, WorklistQuery, WorklistStudy } from '@strata/protocol/worklist';
import { StudyModel, type StudySeries, type StudySource } from '../study/study-model.ts';

/** Where studies are found and opened. */
export interface PriorsSource extends StudySource {
  worklist(query: WorklistQuery, options: { signal: AbortSignal }): Promise<WorklistPage>;
}

/** More are not listed; the worklist has them all. */
const mostPriors = 100;

/** Whose other studies are looked for. */
interface Present {
  readonly patient: Pick<PatientHead, 'id' | 'name' | 'birthDate'>;
  readonly study: Pick<StudyHead, 'uid'>;
}

export class PriorsModel {
  /** Newest first, without the study at hand. */
  readonly studies = signal<readonly WorklistStudy[]>([]);
  readonly open = signal<readonly StudyModel[]>([]);
  /** Of all that are open. */
  readonly series = computed<readonly StudySeries[]>(() =>
    this.open.value.flatMap(({ series }) => series.value),
  );
  readonly #source: PriorsSource;
  #asking: AbortController | null = null;
  #askedFor = '';
  #found: Promise<void> = Promise.resolve();

  constructor(source: PriorsSource) {
    this.#source = source;
  }

  /** Finds the other studies of a study's patient; once for a study. Without an answer there are none. */
  find(present: Present): Promise<void> {
    const { patient, study } = present;
    if (patient.id === '') return Promise.resolve();
    if (this.#askedFor === study.uid) return this.#found;
    this.#askedFor = study.uid;
    this.#found = this.#ask(present);
    return this.#found;
  }

  async #ask({ patient, study }: Present): Promise<void> {
    this.#asking = new AbortController();
    try {
      const query = { patientId: patient.id, limit: mostPriors, sort: 'date' } as const;
      const { studies } = await this.#source.worklist(query, this.#asking);
      // An id alone may be another hospital's patient.
      const same = studies.filter(
        (one) =>
          one.patientId === patient.id &&
          one.patientName === patient.name &&
          one.birthDate === patient.birthDate &&
          one.studyUid !== study.uid,
      );
      this.studies.value = same.sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
    } catch {
      // The study at hand is shown all the same; it is asked again when it is opened again.
      this.#askedFor = '';
    }
  }

  /** The newest study before a date (YYYYMMDD) with a modality; undefined when there is none. */
  before(date: string, modality: string): WorklistStudy | undefined {
    return this.studies
      .peek()
      .find(({ studyDate, modalities }) => studyDate <= date && modalities.includes(modality));
  }

  /** Opens one of them, or gives the one that is open. */
  async openStudy(uid: string): Promise<StudyModel> {
    const known = this.open.peek().find((study) => study.uid === uid);
    if (known) return known;
    const study = new StudyModel(this.#source, uid);
    this.open.value = [...this.open.peek(), study];
    await study.load();
    return study;
  }

  /** Takes one out of the list of those that are open. */
  closeStudy(uid: string): void {
    this.open.value = this.open.peek().filter((study) => study.uid !== uid);
  }

  close(): void {
    this.#asking?.abort();
    for (const study of this.open.peek()) study.close();
  }
}

const timeOf = ({ studyDate, studyTime }: WorklistStudy): string => `${studyDate} ${studyTime}`;
