// The studies of the page with what is saved of their measurements: drawn again, and compared with what is drawn.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { MAX_MEASUREMENTS, type SavedMeasurement } from '@strata/protocol/saved-measurements';
import type { StudySeries } from '../study/study-model.ts';
import { keptChanges } from './kept-changes.ts';
import type { Measurement } from './measurement.ts';
import type { MeasurementsModel } from './measurements-model.ts';
import { type ByUid, type Changes, changesOf, merge } from './merge.ts';
import { placedIn, savedForm, trackingUidOf } from './saved-form.ts';
import { drawnOf, nothingSaved, type SavedStudy } from './saved-study.ts';
import type { OpenStudy, Unread } from './saving-state.ts';

/** What is to be saved of a study. */
interface NextVersion {
  readonly study: OpenStudy;
  readonly measurements: readonly SavedMeasurement[];
  /** UIDs of those that are drawn. */
  readonly here: ReadonlySet<string>;
}

/** What is known of a version when it was saved. */
interface SavedVersion {
  readonly sopInstanceUid: string;
  readonly at: string;
  readonly author: string;
}

export class OpenStudies {
  readonly #measurements: MeasurementsModel;
  readonly #allSeries: ReadonlySignal<readonly StudySeries[]>;
  readonly #studies = signal<ReadonlyMap<string, OpenStudy>>(new Map());

  /** @param allSeries all that the page lists */
  constructor(measurements: MeasurementsModel, allSeries: ReadonlySignal<readonly StudySeries[]>) {
    [this.#measurements, this.#allSeries] = [measurements, allSeries];
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
        .filter((saved) => study.isLoaded && placedIn(this.#allSeries.value, saved) === null)
        .map((saved) => ({ title: '', what: '', missing: saved })),
    ]),
  );

  /** Whose a measurement is that another program made; null for ours. */
  makerOf({ uid, place }: Measurement): string | null {
    const study = this.#studies.value.get(place.series.study.uid);
    const saved = trackingUidOf(uid);
    return study?.others.has(saved) ? (study.makers.get(saved) ?? '') : null;
  }

  get(uid: string): OpenStudy | undefined {
    return this.#studies.peek().get(uid);
  }

  /** All that were added, in their order. */
  get all(): readonly OpenStudy[] {
    return [...this.#studies.peek().values()];
  }

  /** Adds a study of which nothing is known yet. */
  add(uid: string): void {
    this.#set({ ...nothingSaved, uid, isLoaded: false, drawn: new Map() });
  }

  /** What is to be saved of a study now. Throws when it is too much. */
  nextOf(study: OpenStudy): NextVersion {
    return {
      study,
      measurements: this.#toBeSaved(study),
      here: new Set(this.#drawn().get(study.uid)?.keys()),
    };
  }

  /** It was saved: what is drawn is compared with it from now on. */
  saved({ study, measurements, here }: NextVersion, { sopInstanceUid, at, author }: SavedVersion): void {
    const ours = new Map(measurements.map((one) => [one.uid, one]));
    const others = new Map([...study.others].filter(([each]) => !ours.has(each)));
    const now = this.get(study.uid) ?? study;
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
    const studies = new Map<string, Map<string, SavedMeasurement>>();
    for (const one of this.#measurements.list.value) {
      const study = one.place.series.study.uid;
      const drawn = studies.get(study) ?? new Map<string, SavedMeasurement>();
      drawn.set(trackingUidOf(one.uid), savedForm(one, this.#measurements.columnMmOf(one.place.slice)));
      studies.set(study, drawn);
    }
    return studies;
  }

  /** Shows what is saved now; the first time, with what was changed in this window before. */
  take(uid: string, saved: SavedStudy): void {
    const study = this.#studies.peek().get(uid);
    const before = study?.isLoaded ? study : null;
    const here: ByUid = this.#drawn().get(uid) ?? new Map();
    const now = drawnOf(saved);
    const asDrawn: ByUid = before?.drawn ?? new Map();
    const { erase, draw } = merge({ before: before ? drawnOf(before) : new Map(), asDrawn, here }, now);
    batch(() => {
      const kept = new Map([...asDrawn].filter(([each]) => now.has(each)));
      this.#set({ ...saved, uid, isLoaded: true, drawn: kept });
      this.#measurements.erase(erase);
      this.#draw(uid, draw);
      if (!before) this.#takeKept(uid);
    });
  }

  /** Changes that were made before the page was left, loaded again, or closed. */
  #takeKept(uid: string): void {
    const { changed, removed } = keptChanges(uid);
    const here = new Set(this.#drawn().get(uid)?.keys());
    this.#measurements.erase([...removed, ...changed.map((one) => one.uid).filter((each) => here.has(each))]);
    this.#measurements.drawAgain(changed.map((saved) => ({ saved, by: 'us' })));
  }

  #draw(uid: string, saved: readonly SavedMeasurement[]): void {
    const study = this.#studies.peek().get(uid);
    if (!study || saved.length === 0) return;
    const remembered = saved.map(
      (one) => ({ saved: one, by: study.ours.has(one.uid) ? 'us' : 'others' }) as const,
    );
    const drawn = this.#measurements.drawAgain(remembered);
    const asDrawn = [...(this.#drawn().get(uid) ?? [])].filter(([each]) => drawn.has(each));
    this.#set({ ...study, drawn: new Map([...study.drawn, ...asDrawn]) });
  }

  /** What could not be drawn when it was read: its series came later. */
  drawPending(): void {
    for (const study of this.#studies.peek().values()) {
      const pending = [...drawnOf(study).values()].filter(({ uid }) => !study.drawn.has(uid));
      if (study.isLoaded) this.#draw(study.uid, pending);
    }
  }

  #set(study: OpenStudy): void {
    this.#studies.value = new Map([...this.#studies.peek(), [study.uid, study]]);
  }
}
