// What the side panel knows of the study at hand: its series, the patient's other studies, where its images are.
import { effect, signal } from '@preact/signals';
import type { WorklistStudy } from '@strata/protocol/worklist';
import { PriorsModel, type PriorsSource } from '../priors/priors-model.ts';
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';
import { serverFetch } from '../shell/server-fetch.ts';
import { AnswerError } from '../words/errors.ts';
import { panelTexts } from '../words/study-panel.ts';
import { readPlaces, type StudyPlaces } from './places.ts';
import { readSeriesLines, type SeriesLine } from './series-lines.ts';

/** An answer that is on its way, has come, or cannot be had. */
export type Answer<Value> =
  | { readonly state: 'asked' }
  | { readonly state: 'there'; readonly value: Value }
  | { readonly state: 'failed'; readonly error: unknown };

const setting = 'worklist-panel';
/** Who goes along the list asks for nothing. */
const pauseMs = 150;
const timeoutMs = 10_000;
const asked = { state: 'asked' } as const;

export class PanelModel {
  readonly isOpen = signal(keptSetting(setting) === true);
  readonly study = signal<WorklistStudy | undefined>(undefined);
  readonly series = signal<Answer<readonly SeriesLine[]>>(asked);
  readonly places = signal<Answer<StudyPlaces>>(asked);
  readonly priors = signal<PriorsModel | null>(null);
  readonly #source: PriorsSource;

  constructor(source: PriorsSource) {
    this.#source = source;
  }

  toggle(): void {
    this.isOpen.value = !this.isOpen.value;
    keepSetting(setting, this.isOpen.value);
  }

  /** Follows the study that is chosen, while the panel is open. @returns ends it */
  start(chosen: () => WorklistStudy | undefined): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking: AbortController | null = null;
    const forget = () => {
      clearTimeout(timer);
      asking?.abort();
    };
    const end = effect(() => {
      const study = this.isOpen.value ? chosen() : undefined;
      // The list was asked again: the same study, as it was.
      if (study && this.study.peek() && sameStudy(study, this.study.peek())) return;
      forget();
      this.study.value = study;
      this.series.value = asked;
      this.places.value = asked;
      this.priors.value = null;
      if (!study) return;
      timer = setTimeout(() => {
        asking = new AbortController();
        void this.#ask(study, asking.signal);
      }, pauseMs);
    });
    return () => {
      end();
      forget();
      this.study.value = undefined;
    };
  }

  async #ask(study: WorklistStudy, ended: AbortSignal): Promise<void> {
    const { studyUid, patientId, patientName, birthDate } = study;
    const priors = new PriorsModel(this.#source);
    ended.addEventListener('abort', () => priors.close());
    this.priors.value = priors;
    const signal = AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)]);
    const patient = { id: patientId, name: patientName, birthDate };
    const [series, places] = await Promise.all([
      answerOf(async () => readSeriesLines(await json(`/dicom-web/studies/${studyUid}/series`, signal))),
      answerOf(async () => {
        const read = readPlaces(await json(`/admin/studies/${studyUid}/places`, signal));
        if (!read) throw new Error(panelTexts.value.unreadable);
        return read;
      }),
      priors.find({ patient, study: { uid: studyUid } }),
    ]);
    if (ended.aborted) return;
    this.series.value = series;
    this.places.value = places;
  }
}

/** Whether two lines say the same of the same study. */
function sameStudy(a: WorklistStudy, b: WorklistStudy | undefined): boolean {
  return a.studyUid === b?.studyUid && a.instanceCount === b.instanceCount && a.bytes === b.bytes;
}

async function answerOf<Value>(work: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { state: 'there', value: await work() };
  } catch (error) {
    return { state: 'failed', error };
  }
}

async function json(address: string, signal: AbortSignal): Promise<unknown> {
  const response = await serverFetch(address, { signal, headers: { accept: 'application/json' } });
  if (response.status === 204) return [];
  if (!response.ok) throw new AnswerError(response.status);
  return response.json();
}
