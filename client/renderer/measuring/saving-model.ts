// Saving measurements with their studies: read when a study is opened, drawn again, what differs is told, kept and saved.
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import {
  MAX_MEASUREMENTS,
  type SavedMeasurement,
  type SavedMeasurements,
  savedMeasurements,
} from '@strata/protocol/saved-measurements';
import { loadSaved, type postSaved } from '../saved/saved-client.ts';
import { VersionSender } from '../saved/version-sender.ts';
import { askAuthor } from '../settings/author.ts';
import type { StudySeries } from '../study/study-model.ts';
import { errorText } from '../words/errors.ts';
import { figuresAreFinal } from './final-figures.ts';
import { keepChanges, keptChanges, leaveChanges } from './kept-changes.ts';
import type { Measurement } from './measurement.ts';
import type { MeasurementsModel } from './measurements-model.ts';
import { type ByUid, type Changes, changesOf, merge } from './merge.ts';
import type { Questions } from './questions.ts';
import { placedIn, savedForm, trackingUidOf } from './saved-form.ts';
import { drawnOf, nothingSaved, type SavedStudy, savedStudyOf } from './saved-study.ts';
import type { OpenStudy, SavingState, Unread } from './saving-state.ts';

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
  readonly #parts: Omit<SavingParts, 'post'>;
  readonly #sender: VersionSender<SavedMeasurements>;
  readonly #studies = signal<ReadonlyMap<string, OpenStudy>>(new Map());
  readonly #closing = new AbortController();
  #keeping: ReturnType<typeof setTimeout> | undefined;
  /** Whether it was to be saved, and was not. */
  #isDue = false;

  constructor(parts: Omit<SavingParts, 'load' | 'post'> & Partial<SavingParts>) {
    this.#parts = { load: loadSaved, ...parts };
    this.#sender = new VersionSender('measurements', parts.post);
  }

  /** What differs from what is saved, by study. */
  readonly changes: ReadonlySignal<ReadonlyMap<string, Changes>> = computed(() => {
    const drawn = this.#drawn();
    const changes = [...this.#studies.value.values()].map((study) => {
      const { changed, removed } = changesOf(study.drawn, drawn.get(study.uid) ?? new Map());
      // Those of others stay theirs: they can be put out of sight, but no version of ours takes them away.
      return [study.uid, { changed, removed: removed.filter((uid) => study.ours.has(uid)) }] as const;
    });
    return new Map(changes);
  });

  /** How many measurements are not saved as they are. */
  readonly unsaved = computed(() =>
    [...this.changes.value.values()].reduce(
      (sum, { changed, removed }) => sum + changed.length + removed.length,
      0,
    ),
  );

  /** UIDs of the measurements that are not saved as they are drawn. */
  readonly unsavedUids = computed(
    () => new Set([...this.changes.value.values()].flatMap(({ changed }) => changed.map(({ uid }) => uid))),
  );

  /** Who saved last, of the study that is the page's own. */
  readonly last = computed(() => {
    const [first] = this.#studies.value.values();
    return first && first.at !== '' ? { author: first.author, at: first.at } : null;
  });

  /** What is saved and not shown. */
  readonly unread = computed((): readonly Unread[] =>
    [...this.#studies.value.values()].flatMap((study) => [
      ...study.unread.map((one) => ({ ...one, missing: null })),
      ...[...drawnOf(study).values()]
        .filter((saved) => study.isLoaded && placedIn(this.#parts.allSeries.value, saved) === null)
        .map((saved) => ({ title: '', what: '', missing: saved })),
    ]),
  );

  /** Begins to follow what is on the page. @returns the function that ends it */
  start(): () => void {
    const { measurements, allSeries } = this.#parts;
    const endings = [
      effect(() => {
        const uids = new Set(allSeries.value.map(({ study }) => study.uid));
        if (!measurements.canDraw.value) return;
        untracked(() => {
          for (const uid of uids) if (!this.#studies.peek().has(uid)) void this.load(uid);
          this.#drawPending();
        });
      }),
      effect(() => {
        void this.changes.value;
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
    for (const [uid, changes] of this.changes.peek()) {
      if (this.#studies.peek().get(uid)?.isLoaded) keepChanges(uid, changes);
    }
  }

  /** Keeps what is not saved where another window finds it when this one is closed. */
  #leave(): void {
    this.#keep();
    for (const [uid, changes] of this.changes.peek()) leaveChanges(uid, changes);
  }

  /** Whose a measurement is that another program made; null for ours. */
  makerOf({ uid, place }: Measurement): string | null {
    const study = this.#studies.value.get(place.series.study.uid);
    const saved = trackingUidOf(uid);
    return study?.others.has(saved) ? (study.makers.get(saved) ?? '') : null;
  }

  /** Reads what is saved with a study (again), and shows it; what was changed here stays as it is. */
  async load(uid: string): Promise<void> {
    const known = this.#studies.peek().get(uid);
    if (!known) this.#set({ ...nothingSaved, uid, isLoaded: false, drawn: new Map() });
    if (!known?.isLoaded) this.state.value = { state: 'loading' };
    try {
      const answer = await this.#parts.load('measurements', uid, savedMeasurements, this.#closing.signal);
      this.#take(uid, savedStudyOf(answer));
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
    const studies = [...this.#studies.peek().values()].filter(({ isLoaded }) => failed || !isLoaded);
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
      for (const [uid, { changed, removed }] of this.changes.peek()) {
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
    if (!this.#studies.peek().get(uid)?.isLoaded) {
      await this.load(uid);
      if (!this.#studies.peek().get(uid)?.isLoaded) throw new Error(errorText(this.#failure()));
    }
    const study = this.#studies.peek().get(uid);
    if (!study) return;
    const measurements = this.#toBeSaved(study);
    const here = new Set(this.#drawn().get(uid)?.keys());
    const request = { author, predecessors: study.versions, content: { measurements } };
    const { sopInstanceUid, at } = await this.#sender.send(uid, request);
    const ours = new Map(measurements.map((one) => [one.uid, one]));
    const others = new Map([...study.others].filter(([each]) => !ours.has(each)));
    const now = this.#studies.peek().get(uid) ?? study;
    const drawn = new Map([...now.drawn].filter(([each]) => others.has(each)));
    for (const [each, one] of ours) if (here.has(each)) drawn.set(each, one);
    this.#set({ ...study, versions: [sopInstanceUid], ours, others, author, at, drawn });
  }

  /** Ours as they are drawn, those of others that were changed, and those whose image is not here. */
  #toBeSaved(study: OpenStudy): SavedMeasurement[] {
    const drawn = this.#drawn().get(study.uid) ?? new Map<string, SavedMeasurement>();
    const changed = new Set(
      this.changes
        .peek()
        .get(study.uid)
        ?.changed.map(({ uid }) => uid),
    );
    const own = [...drawn.values()].filter(({ uid }) => changed.has(uid) || !study.others.has(uid));
    const elsewhere = [...study.ours.values()].filter(({ uid }) => !study.drawn.has(uid) && !drawn.has(uid));
    const all = [...own, ...elsewhere];
    if (all.length > MAX_MEASUREMENTS) throw new Error(`${all.length} > ${MAX_MEASUREMENTS}`);
    return all;
  }

  /** What is drawn, in the form in which it is saved, by study and UID. */
  #drawn(): Map<string, Map<string, SavedMeasurement>> {
    const { measurements } = this.#parts;
    const studies = new Map<string, Map<string, SavedMeasurement>>();
    for (const one of measurements.list.value) {
      const study = one.place.series.study.uid;
      const drawn = studies.get(study) ?? new Map<string, SavedMeasurement>();
      drawn.set(trackingUidOf(one.uid), savedForm(one, measurements.columnMmOf(one.place.slice)));
      studies.set(study, drawn);
    }
    return studies;
  }

  /** Shows what is saved now; the first time, with what was changed in this window before. */
  #take(uid: string, saved: SavedStudy): void {
    const study = this.#studies.peek().get(uid);
    const before = study?.isLoaded ? study : null;
    const here: ByUid = this.#drawn().get(uid) ?? new Map();
    const now = drawnOf(saved);
    const asDrawn: ByUid = before?.drawn ?? new Map();
    const { erase, draw } = merge({ before: before ? drawnOf(before) : new Map(), asDrawn, here }, now);
    batch(() => {
      const kept = new Map([...asDrawn].filter(([each]) => now.has(each)));
      this.#set({ ...saved, uid, isLoaded: true, drawn: kept });
      this.#parts.measurements.erase(erase);
      this.#draw(uid, draw);
      if (!before) this.#takeKept(uid);
    });
  }

  /** Changes that were made before the page was left, loaded again, or closed. */
  #takeKept(uid: string): void {
    const { changed, removed } = keptChanges(uid);
    const { measurements } = this.#parts;
    const here = new Set(this.#drawn().get(uid)?.keys());
    measurements.erase([...removed, ...changed.map((one) => one.uid).filter((each) => here.has(each))]);
    measurements.drawAgain(changed.map((saved) => ({ saved, by: 'us' })));
  }

  #draw(uid: string, saved: readonly SavedMeasurement[]): void {
    const study = this.#studies.peek().get(uid);
    if (!study || saved.length === 0) return;
    const remembered = saved.map(
      (one) => ({ saved: one, by: study.ours.has(one.uid) ? 'us' : 'others' }) as const,
    );
    const drawn = this.#parts.measurements.drawAgain(remembered);
    const asDrawn = [...(this.#drawn().get(uid) ?? [])].filter(([each]) => drawn.has(each));
    this.#set({ ...study, drawn: new Map([...study.drawn, ...asDrawn]) });
  }

  /** What could not be drawn when it was read: its series came later. */
  #drawPending(): void {
    for (const study of this.#studies.peek().values()) {
      const pending = [...drawnOf(study).values()].filter(({ uid }) => !study.drawn.has(uid));
      if (study.isLoaded) this.#draw(study.uid, pending);
    }
  }

  #set(study: OpenStudy): void {
    this.#studies.value = new Map([...this.#studies.peek(), [study.uid, study]]);
  }

  #failure(): unknown {
    const state = this.state.peek();
    return 'error' in state ? state.error : null;
  }
}
