// Saving measurements with their studies: read when a study is opened; what differs from what is saved is told, kept and saved.
import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { type SavedMeasurements, savedMeasurements } from '@strata/protocol/saved-measurements';
import { loadSaved, type postSaved } from '../saved/saved-client.ts';
import { VersionSender } from '../saved/version-sender.ts';
import { askAuthor } from '../settings/author.ts';
import type { StudySeries } from '../study/study-model.ts';
import { errorText } from '../words/errors.ts';
import { figuresAreFinal } from './final-figures.ts';
import { keepChanges, leaveChanges } from './kept-changes.ts';
import type { Measurement } from './measurement.ts';
import type { MeasurementsModel } from './measurements-model.ts';
import { OpenStudies } from './open-studies.ts';
import type { Questions } from './questions.ts';
import { trackingUidOf } from './saved-form.ts';
import { savedStudyOf } from './saved-study.ts';
import type { SavingState } from './saving-state.ts';

/** What stays for a moment is kept, in ms. */
const REST = 200;

export interface SavingParts {
  readonly measurements: MeasurementsModel;
  /** All that the page lists. */
  readonly allSeries: ReadonlySignal<readonly StudySeries[]>;
  readonly questions: Questions;
  readonly load: typeof loadSaved<SavedMeasurements>;
  readonly post: typeof postSaved<SavedMeasurements>;
}

export class SavingModel {
  readonly state = signal<SavingState>({ state: 'idle' });
  /** How many measurements are not saved as they are. */
  readonly unsaved: ReadonlySignal<number>;
  /** UIDs of the measurements that are not saved as they are drawn. */
  readonly unsavedUids: ReadonlySignal<ReadonlySet<string>>;
  readonly #parts: Omit<SavingParts, 'post'>;
  readonly #sender: VersionSender<SavedMeasurements>;
  readonly #studies: OpenStudies;
  readonly #closing = new AbortController();
  #keeping: ReturnType<typeof setTimeout> | undefined;
  /** Whether it was to be saved, and was not. */
  #isDue = false;

  constructor(parts: Omit<SavingParts, 'load' | 'post'> & Partial<SavingParts>) {
    this.#parts = { load: loadSaved, ...parts };
    this.#sender = new VersionSender('measurements', parts.post);
    this.#studies = new OpenStudies(parts.measurements, parts.allSeries);
    const { changes } = this.#studies;
    this.unsaved = computed(() =>
      [...changes.value.values()].reduce(
        (sum, { changed, removed }) => sum + changed.length + removed.length,
        0,
      ),
    );
    this.unsavedUids = computed(
      () => new Set([...changes.value.values()].flatMap(({ changed }) => changed.map(({ uid }) => uid))),
    );
  }

  /** Who saved last, of the study that is the page's own. */
  get last() {
    return this.#studies.last;
  }

  /** What is saved and not shown. */
  get unread() {
    return this.#studies.unread;
  }

  /** Whose a measurement is that another program made; null for ours. */
  makerOf(one: Measurement): string | null {
    return this.#studies.makerOf(one);
  }

  /** Begins to follow what is on the page. @returns the function that ends it */
  start(): () => void {
    const { measurements, allSeries } = this.#parts;
    const endings = [
      effect(() => {
        const uids = new Set(allSeries.value.map(({ study }) => study.uid));
        if (!measurements.canDraw.value) return;
        untracked(() => {
          for (const uid of uids) if (!this.#studies.get(uid)) void this.load(uid);
          this.#studies.drawPending();
        });
      }),
      effect(() => {
        void this.#studies.changes.value;
        // While something is drawn it changes with every move of the mouse.
        clearTimeout(this.#keeping);
        this.#keeping = setTimeout(() => this.#keep(), REST);
      }),
    ];
    const leave = () => this.#leave();
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      for (const end of endings) end();
      this.#closing.abort();
      this.#keep();
    };
  }

  /** Keeps in the session what is not saved. */
  #keep(): void {
    clearTimeout(this.#keeping);
    for (const [uid, changes] of this.#studies.changes.peek()) {
      if (this.#studies.get(uid)?.isLoaded) keepChanges(uid, changes);
    }
  }

  /** Keeps what is not saved where another window finds it when this one is closed. */
  #leave(): void {
    this.#keep();
    for (const [uid, changes] of this.#studies.changes.peek()) leaveChanges(uid, changes);
  }

  /** Reads what is saved with a study (again), and shows it; what was changed here stays as it is. */
  async load(uid: string): Promise<void> {
    const known = this.#studies.get(uid);
    if (!known) this.#studies.add(uid);
    if (!known?.isLoaded) this.state.value = { state: 'loading' };
    try {
      const answer = await this.#parts.load('measurements', uid, savedMeasurements, this.#closing.signal);
      this.#studies.take(uid, savedStudyOf(answer));
      if (this.state.peek().state === 'loading' || this.state.peek().state === 'not-loaded') {
        this.state.value = { state: 'idle' };
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) this.state.value = { state: 'not-loaded', error };
    }
  }

  /** Tries again what failed: to read what could not be read, and to save what was to be saved. */
  async retry(): Promise<void> {
    const { state } = this.state.peek();
    const failed = state === 'not-loaded' || state === 'not-saved';
    const studies = this.#studies.all.filter(({ isLoaded }) => failed || !isLoaded);
    // What was to be saved may have come to the server: then nothing is left to save.
    await Promise.all(studies.map(({ uid }) => this.load(uid)));
    if (!this.#isDue || this.state.peek().state === 'not-loaded') return;
    this.#isDue = false;
    if (this.unsaved.peek() > 0) await this.save();
    else this.state.value = { state: 'idle' };
  }

  /** Saves the measurements of every study that has changes, each as a version of its own. */
  async save(): Promise<void> {
    if (this.state.peek().state === 'saving' || this.unsaved.peek() === 0) return;
    const author = await askAuthor(this.#parts.questions);
    if (author === null) {
      this.state.value = { state: 'no-name' };
      return;
    }
    this.state.value = { state: 'saving' };
    this.#isDue = false;
    try {
      const unsaved = this.unsavedUids.peek();
      await figuresAreFinal(this.#parts.measurements.list, ({ uid }) => unsaved.has(trackingUidOf(uid)));
      for (const [uid, { changed, removed }] of this.#studies.changes.peek()) {
        if (changed.length + removed.length > 0) await this.#saveStudy(uid, author);
      }
      this.state.value = { state: 'idle' };
    } catch (error) {
      this.#isDue = true;
      this.state.value = { state: 'not-saved', error };
    }
  }

  async #saveStudy(uid: string, author: string): Promise<void> {
    // Without knowing the version before it, it would stand beside it.
    if (!this.#studies.get(uid)?.isLoaded) {
      await this.load(uid);
      if (!this.#studies.get(uid)?.isLoaded) throw new Error(errorText(this.#failure()));
    }
    const study = this.#studies.get(uid);
    if (!study) return;
    const next = this.#studies.nextOf(study);
    const request = { author, predecessors: study.versions, content: { measurements: next.measurements } };
    this.#studies.saved(next, { ...(await this.#sender.send(uid, request)), author });
  }

  #failure(): unknown {
    const state = this.state.peek();
    return 'error' in state ? state.error : null;
  }
}
