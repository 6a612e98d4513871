// The state of a study page: its manifest and its series.
import { batch, computed, signal } from '@preact/signals';
import type { PatientHead, SeriesManifest, StudyHead, StudyManifest } from '@strata/protocol/manifest';
import type { ShownSize } from '@strata/protocol/messages';
import type { StudyOptions } from '@strata/stream/types';
import { errorText } from '../words/errors.ts';
import { type Stack, stackOfSeries } from './stack.ts';

/** Where manifests come from. */
export interface StudySource {
  study(uid: string, options: StudyOptions): Promise<StudyManifest>;
}

/** A series with what a viewport scrolls through. */
export interface StudySeries {
  readonly manifest: SeriesManifest;
  readonly stack: Stack;
  /** Whose it is: a page may show series of several studies of a patient. */
  readonly study: StudyHead;
  readonly patient: PatientHead;
}

export class StudyModel {
  readonly uid: string;
  readonly manifest = signal<StudyManifest | null>(null);
  readonly series = signal<readonly StudySeries[]>([]);
  readonly state = signal<'loading' | 'open' | 'failed'>('loading');
  /** Why it is not open. */
  readonly failure = signal<unknown>(null);
  /** The same for people; '' when nothing failed. */
  readonly message = computed(() => (this.failure.value === null ? '' : errorText(this.failure.value)));
  /** Instances of the manifest that arrived, of how many; before the study is open. */
  readonly progress = signal({ instances: 0, of: 0 });
  readonly #source: StudySource;
  readonly #place: ShownSize | null;
  #loading: AbortController | null = null;

  /** @param place where the first image will be shown, when it is to come with the manifest */
  constructor(source: StudySource, uid: string, place: ShownSize | null = null) {
    this.#source = source;
    this.uid = uid;
    this.#place = place;
  }

  /**
   * Asks for the manifest (again). What is open stays open until the answer is there.
   * @param early the manifest, when it was asked for before the study was opened; without success it is asked for here
   */
  async load(early: Promise<StudyManifest> | null = null): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    try {
      const onProgress = (progress: { instances: number; of: number }) => {
        this.progress.value = progress;
      };
      const first = this.state.peek() === 'open' ? null : this.#place;
      const options = { signal: loading.signal, onProgress, ...(first && { first }) };
      const ask = () => this.#source.study(this.uid, options);
      const manifest = await (early ? early.catch(ask) : ask());
      if (!loading.signal.aborted) this.#open(manifest);
    } catch (error) {
      if (loading.signal.aborted || this.state.value === 'open') return;
      batch(() => {
        this.state.value = 'failed';
        this.failure.value = error;
      });
    }
  }

  /** Stops whatever is under way. */
  close(): void {
    this.#loading?.abort();
  }

  #open(manifest: StudyManifest): void {
    batch(() => {
      this.manifest.value = manifest;
      const before = this.series.peek();
      this.series.value = manifest.series.map((series) => {
        const known = before.find(({ manifest: { uid } }) => uid === series.uid);
        return known && isSame(known, series, manifest) ? known : studySeries(series, manifest);
      });
      this.state.value = 'open';
      this.failure.value = null;
    });
  }
}

function studySeries(series: SeriesManifest, { study, patient }: StudyManifest): StudySeries {
  return { manifest: series, stack: stackOfSeries(series), study, patient };
}

/** The series of a manifest, in its order. */
export function seriesOf(manifest: StudyManifest): StudySeries[] {
  return manifest.series.map((series) => studySeries(series, manifest));
}

/** Whether a series is as it was: what is open of it then stays as it is looked at. */
function isSame(
  { manifest: before, study, patient }: StudySeries,
  series: SeriesManifest,
  now: StudyManifest,
): boolean {
  const { instances: had, ...head } = before;
  const { instances, ...headNow } = series;
  const heads = JSON.stringify([head, study, patient]) === JSON.stringify([headNow, now.study, now.patient]);
  return (
    heads &&
    had.length === instances.length &&
    had.every(({ uid, blob, frameSegments }, at) => {
      const other = instances[at];
      return uid === other?.uid && blob === other.blob && frameSegments.length === other.frameSegments.length;
    })
  );
}
