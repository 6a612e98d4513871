// The state of the worklist: filters as typed, the studies near what is seen, the newest question always winning.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { WorklistPage, WorklistQuery, WorklistStudy } from '@strata/protocol/worklist';
import { StreamError } from '@strata/stream/errors';
import { errorText } from '../words/errors.ts';
import { queryOfFilters, sameFilters, type WorklistFilters } from './filters.ts';
import { type AskPage, PAGE, readRows, StudyPages } from './study-pages.ts';

/** Where the studies come from. */
export interface WorklistSource {
  /** @param options.news whether to be told when the answer may be another */
  worklist(query: WorklistQuery, options: { signal: AbortSignal; news: true }): Promise<WorklistPage>;
}

/** What an answer is to: another question than that of the studies shown, the same one again, or rows not there yet. */
type Answering = 'other' | 'same' | 'more';

/** `stale`: the studies shown answer older filters, an answer to the newest is on its way. */
export type WorklistState = 'first' | 'stale' | 'current' | 'failed';

/** Long enough to type a word in one question, short enough to feel live. */
const debounceMs = 120;
/** Many pages hear of the same news: they do not ask all at once, and none asks more often than people can follow. */
const newsSpreadMs = 300;
const newsPauseMs = 2_000;
/** How soon is asked again for what is old, or could not be had, because the metadata service is away. */
const awayPauseMs = 2_000;
/** Rows read ahead on both sides of what is seen, and rows on both sides beyond which studies are let go. */
const ahead = 60;
const near = 1_000;

export class WorklistModel {
  readonly filters;
  readonly total = signal(0);
  /** Whether there are more studies than `total`, uncounted. */
  readonly hasUncounted = signal(false);
  readonly state = signal<WorklistState>('first');
  /** Why the list could not be had, for people; '' when it could. */
  readonly failure = computed(() => (this.#error.value === null ? '' : errorText(this.#error.value)));
  /** Whether it failed because the metadata service is away, which passes by itself. */
  readonly isAway = signal(false);
  /** How old the studies shown were when they came, in ms; null when they were of then. */
  readonly ageMs = signal<number | null>(null);
  /** Rows that the list has as far as is known; of more than can be counted those that were seen. */
  readonly rows: ReadonlySignal<number>;
  /** The row that the keyboard is on. */
  readonly selected = signal(0);
  /** Counts the times that the keyboard went somewhere: there the list is to be looked at. */
  readonly reveals = signal(0);
  /** Counts the lists: another question's begins at its start. */
  readonly lists = signal(0);
  readonly selectedStudy: ReadonlySignal<WorklistStudy | undefined>;
  /** The first study in sight, in which row, and how many pixels of it are not in sight; null at the very top, where new ones are to be seen. */
  top: { readonly uid: string; readonly row: number; readonly hidden: number } | null = null;
  readonly #error = signal<unknown>(null);
  readonly #source: WorklistSource;
  readonly #pages = signal(StudyPages.none);
  /** Whether the pages are known from the end of the list upwards. */
  readonly #fromEnd = signal(false);
  readonly #mostRows = signal(0);
  /** Stays known when its row is let go. */
  readonly #chosen = signal<WorklistStudy | undefined>(undefined);
  #sight: readonly [number, number] = [0, 0];
  #asking: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #newsTimer: ReturnType<typeof setTimeout> | undefined;
  #awayTimer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Whether the next question is another than that of the studies shown, and from which end. */
  #isOther = true;
  #wantsEnd = false;
  /** Whether there was news since the last question. */
  #isBehind = false;

  constructor(source: WorklistSource, filters: WorklistFilters) {
    this.#source = source;
    this.filters = signal(filters);
    this.rows = computed(() => {
      const { isWhole, length } = this.#pages.value;
      const counted = this.total.value + (this.hasUncounted.value ? 1 : 0);
      return isWhole ? length : Math.max(counted, length, this.#mostRows.value);
    });
    this.selectedStudy = this.#chosen;
  }

  /** The study in a row; undefined while it is not there. */
  studyAt(row: number): WorklistStudy | undefined {
    return this.#pages.value.at(this.#mirrored(row));
  }

  /** The row of a study near what is seen, else -1. */
  rowOf(studyUid: string): number {
    const row = this.#pages.value.rowOf(studyUid);
    return row < 0 ? row : this.#mirrored(row);
  }

  /** Changes filters; the question goes out when typing pauses. */
  setFilters(change: Partial<WorklistFilters>): void {
    const filters = { ...this.filters.value, ...change };
    if (sameFilters(filters, this.filters.value)) return;
    this.filters.value = filters;
    this.#wantsEnd = false;
    this.#askOther(debounceMs);
  }

  /** Asks again for what is seen. It stays until the answer is there. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#newsTimer);
    clearTimeout(this.#awayTimer);
    this.#newsTimer = undefined;
    this.#askedAt = performance.now();
    this.#isBehind = false;
    await this.#ask(this.#isOther ? 'other' : 'same');
  }

  /** These rows are seen, the last one included: reads what of them and around them is not there. */
  async look(first: number, last: number): Promise<void> {
    this.#sight = [first, last];
    if (!this.#asking && !this.#isOther) await this.#ask('more');
  }

  /** The studies may be others: asks again soon, or when somebody looks. */
  noteNews(isSeen: () => boolean): void {
    this.#isBehind = true;
    if (this.#newsTimer !== undefined || !isSeen()) return;
    const wait = Math.max(this.#askedAt + newsPauseMs - performance.now(), Math.random() * newsSpreadMs);
    this.#newsTimer = setTimeout(() => {
      this.#newsTimer = undefined;
      if (this.#isBehind && isSeen()) void this.refresh();
    }, wait);
  }

  /** Somebody looks again: asks if there was news meanwhile. */
  lookAgain(): void {
    if (this.#isBehind) void this.refresh();
  }

  /** Chooses the study in a row. */
  select(row: number): void {
    batch(() => {
      this.selected.value = Math.max(0, Math.min(this.rows.peek() - 1, row));
      this.#chosen.value = this.studyAt(this.selected.value);
    });
  }

  /** Moves the keyboard's place by so many studies, staying inside the list; by infinitely many to its very end. */
  moveSelection(by: number): void {
    const isToEnd = by === Number.POSITIVE_INFINITY;
    const isKnown = this.#pages.peek().isWhole || this.#fromEnd.peek() === isToEnd;
    if (!Number.isFinite(by) && !isKnown) {
      this.#wantsEnd = isToEnd;
      this.#chosen.value = undefined;
      this.#askOther(0);
      return;
    }
    this.select(this.selected.value + by);
    this.reveals.value++;
  }

  /** Stops whatever is under way. */
  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#newsTimer);
    clearTimeout(this.#awayTimer);
    this.#asking?.abort();
  }

  #mirrored(row: number): number {
    return this.#fromEnd.value ? this.rows.value - 1 - row : row;
  }

  #askOther(wait: number): void {
    this.#isOther = true;
    if (this.state.value === 'current') this.state.value = 'stale';
    this.#asking?.abort();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), wait);
  }

  #askAgainWhileAway(isAway: boolean): void {
    clearTimeout(this.#awayTimer);
    if (isAway) this.#awayTimer = setTimeout(() => void this.refresh(), awayPauseMs);
  }

  /** What is seen and around it, as rows of the pages. */
  #around(by: number): readonly [number, number] {
    const ends = this.#sight.map((row) => this.#mirrored(row)).sort((a, b) => a - b);
    return [Math.max(0, (ends[0] ?? 0) - by), Math.min(this.rows.peek(), (ends[1] ?? 0) + by)];
  }

  async #ask(what: Answering): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    const { signal } = asking;
    const fromEnd = what === 'other' ? this.#wantsEnd : this.#fromEnd.peek();
    const filters = this.filters.peek();
    const ask: AskPage = (limit, after) =>
      this.#source.worklist(queryOfFilters(filters, { limit, after, fromEnd }), { signal, news: true });
    const known = what === 'other' ? StudyPages.none : this.#pages.peek();
    const again = what === 'same' && known.length > 0;
    const base = again ? known.keeping() : what === 'more' ? known : StudyPages.none;
    const wanted = what === 'other' ? ([0, PAGE - 1] as const) : this.#around(ahead);
    this.#asking = asking;
    try {
      const first = again ? Math.min(wanted[0], known.length - 1) : wanted[0];
      const read = await readRows(base, [first, wanted[1]], ask);
      if (!read || signal.aborted) return;
      // Only the first page knows how many there are now.
      const isFirst = read.pages.pages[0]?.studies === read.answer.studies;
      const newest = what !== 'more' && !isFirst ? await ask(1, null) : read.answer;
      if (!signal.aborted) this.#show(read.pages, newest, what, fromEnd);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      return;
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
    if (!this.#asking && !this.#isOther && this.#lacks()) await this.#ask('more');
  }

  #lacks(): boolean {
    return this.#pages.peek().missingIn(...this.#around(0)) >= 0;
  }

  #fail(error: unknown): void {
    const isAway = error instanceof StreamError && error.reason === 'unavailable';
    batch(() => {
      this.state.value = 'failed';
      this.isAway.value = isAway;
      this.#error.value = error;
    });
    this.#askAgainWhileAway(isAway);
  }

  #show(pages: StudyPages, answer: WorklistPage, what: Answering, fromEnd: boolean): void {
    batch(() => {
      const rowsBefore = this.rows.value;
      const [first, last] = what === 'other' ? [0, PAGE] : this.#around(near);
      this.#fromEnd.value = fromEnd;
      if (what !== 'more') {
        this.total.value = answer.total;
        this.hasUncounted.value = answer.totalKind === 'moreThan';
      }
      const mostBefore = what === 'other' || !this.hasUncounted.value ? 0 : this.#mostRows.value;
      this.#mostRows.value = Math.max(mostBefore, pages.length);
      this.#pages.value = pages.keeping(first, last);
      this.state.value = 'current';
      this.#error.value = null;
      this.isAway.value = false;
      this.ageMs.value = answer.ageMs ?? null;
      if (what === 'other') this.lists.value++;
      this.#keepSelection(what, fromEnd ? this.rows.value - rowsBefore : 0);
    });
    this.#askAgainWhileAway(answer.ageMs !== undefined);
  }

  /** The keyboard stays on its study; where that is gone, at its place. @param shift rows that came above, where they are counted from the end */
  #keepSelection(what: Answering, shift: number): void {
    const chosen = this.#chosen.value;
    const row = chosen ? this.rowOf(chosen.studyUid) : -1;
    const isOther = what === 'other';
    if (row >= 0) this.select(row);
    else if (isOther) this.select(this.#wantsEnd ? this.rows.value - 1 : 0);
    else {
      const place = Math.max(0, Math.min(this.rows.value - 1, this.selected.value + shift));
      this.selected.value = place;
      const isGone = what === 'same' && this.studyAt(place) !== undefined;
      if (!chosen || isGone) this.select(place);
    }
    if (isOther) this.#begin();
  }

  /** Another list is looked at where it begins, or at its end. */
  #begin(): void {
    const [first, last] = this.#sight;
    const above = this.#wantsEnd ? Math.max(0, this.rows.value - 1 - (last - first)) : 0;
    this.#sight = [above, above + last - first];
    this.#isOther = false;
    if (this.#wantsEnd) this.reveals.value++;
  }
}
