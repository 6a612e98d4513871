// The state of the worklist: filters as typed, studies as they come, page by page, the newest question always winning.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { MAX_PAGE } from '@strata/protocol/limits';
import type { WorklistPage, WorklistQuery, WorklistStudy } from '@strata/protocol/worklist';
import { StreamError } from '@strata/stream/errors';
import { queryOfFilters, sameFilters, type WorklistFilters } from './filters.ts';

/** Where the studies come from. */
export interface WorklistSource {
  /** @param options.news whether to be told when the answer may be another */
  worklist(query: WorklistQuery, options: { signal: AbortSignal; news: true }): Promise<WorklistPage>;
}

type AskPage = (limit: number, after: string | null) => Promise<WorklistPage>;
/** What an answer is to: another question than that of the studies shown, the same one, or what comes after them. */
type Answering = 'other' | 'same' | 'more';

/** `stale`: the studies shown answer older filters, an answer to the newest is on its way. */
export type WorklistState = 'first' | 'stale' | 'current' | 'failed';

const pageSize = 100;
/** Long enough to type a word in one question, short enough to feel live. */
const debounceMs = 120;
/** Many pages hear of the same news: they do not ask all at once, and none asks more often than people can follow. */
const newsSpreadMs = 300;
const newsPauseMs = 2_000;
/** How soon is asked again for what is old, or could not be had, because the metadata service is away. */
const awayPauseMs = 2_000;

export class WorklistModel {
  readonly filters;
  readonly studies = signal<readonly WorklistStudy[]>([]);
  readonly total = signal(0);
  /** Whether there are more studies than `total`, uncounted. */
  readonly hasUncounted = signal(false);
  readonly state = signal<WorklistState>('first');
  readonly failure = signal('');
  /** Whether it failed because the metadata service is away, which passes by itself. */
  readonly isAway = signal(false);
  /** How old the studies shown were when they came, in ms; null when they were of then. */
  readonly ageMs = signal<number | null>(null);
  /** Index of the study that the keyboard is on. */
  readonly selected = signal(0);
  readonly selectedStudy: ReadonlySignal<WorklistStudy | undefined>;
  readonly #source: WorklistSource;
  #next: string | null = null;
  #asking: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #newsTimer: ReturnType<typeof setTimeout> | undefined;
  #awayTimer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Whether the next question is another than that of the studies shown. */
  #isOther = true;
  /** Whether there was news since the last question. */
  #isBehind = false;

  constructor(source: WorklistSource, filters: WorklistFilters) {
    this.#source = source;
    this.filters = signal(filters);
    this.selectedStudy = computed(() => this.studies.value[this.selected.value]);
  }

  /** Changes filters; the question goes out when typing pauses. */
  setFilters(change: Partial<WorklistFilters>): void {
    const filters = { ...this.filters.value, ...change };
    if (sameFilters(filters, this.filters.value)) return;
    this.filters.value = filters;
    this.#isOther = true;
    if (this.state.value === 'current') this.state.value = 'stale';
    this.#asking?.abort();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), debounceMs);
  }

  /** Asks again, for as many studies as are shown. These stay until the answer is there. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#newsTimer);
    clearTimeout(this.#awayTimer);
    this.#newsTimer = undefined;
    this.#askedAt = performance.now();
    this.#isBehind = false;
    const isOther = this.#isOther;
    const shown = isOther ? 0 : this.studies.value.length;
    await this.#ask(
      async (page) => {
        const studies: WorklistStudy[] = [];
        for (let after: string | null = null; ; ) {
          const pages = Math.max(1, Math.ceil((shown - studies.length) / pageSize));
          const limit = Math.min(MAX_PAGE, pages * pageSize);
          const { studies: more, ...rest } = await page(limit, after);
          studies.push(...more);
          if (rest.next === null || studies.length >= shown) return { ...rest, studies };
          after = rest.next;
        }
      },
      isOther ? 'other' : 'same',
    );
  }

  /** Asks for the page after the last, if there is one and nothing is being asked. */
  async loadMore(): Promise<void> {
    const after = this.#next;
    if (after !== null && !this.#asking) await this.#ask((page) => page(pageSize, after), 'more');
  }

  /** The studies may be others: asks again soon, or when somebody looks. */
  noteNews(isSeen: () => boolean): void {
    this.#isBehind = true;
    if (this.#newsTimer !== undefined || !isSeen()) return;
    const pause = newsPauseMs * Math.ceil(this.studies.value.length / MAX_PAGE);
    const wait = Math.max(this.#askedAt + pause - performance.now(), Math.random() * newsSpreadMs);
    this.#newsTimer = setTimeout(() => {
      this.#newsTimer = undefined;
      if (this.#isBehind && isSeen()) void this.refresh();
    }, wait);
  }

  /** Somebody looks again: asks if there was news meanwhile. */
  lookAgain(): void {
    if (this.#isBehind) void this.refresh();
  }

  /** Moves the keyboard's place by so many studies, staying inside the list. */
  moveSelection(by: number): void {
    const last = this.studies.value.length - 1;
    this.selected.value = Math.max(0, Math.min(last, this.selected.value + by));
  }

  /** Stops whatever is under way. */
  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#newsTimer);
    clearTimeout(this.#awayTimer);
    this.#asking?.abort();
  }

  #askAgainWhileAway(isAway: boolean): void {
    clearTimeout(this.#awayTimer);
    if (isAway) this.#awayTimer = setTimeout(() => void this.refresh(), awayPauseMs);
  }

  async #ask(work: (page: AskPage) => Promise<WorklistPage>, what: Answering): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const filters = this.filters.value;
      const { signal } = asking;
      const page = await work((limit, after) =>
        this.#source.worklist(queryOfFilters(filters, limit, after), { signal, news: true }),
      );
      if (!signal.aborted) this.#show(page, what);
    } catch (error) {
      if (asking.signal.aborted) return;
      const isAway = error instanceof StreamError && error.reason === 'unavailable';
      batch(() => {
        this.state.value = 'failed';
        this.isAway.value = isAway;
        this.failure.value = error instanceof Error ? error.message : String(error);
      });
      this.#askAgainWhileAway(isAway);
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
  }

  #show(page: WorklistPage, what: Answering): void {
    batch(() => {
      const kept = this.selectedStudy.value?.studyUid;
      this.studies.value = what === 'more' ? [...this.studies.value, ...page.studies] : page.studies;
      this.total.value = page.total;
      this.hasUncounted.value = page.totalKind === 'moreThan';
      this.state.value = 'current';
      this.failure.value = '';
      this.isAway.value = false;
      this.ageMs.value = page.ageMs ?? null;
      this.#next = page.next;
      if (what === 'more') return;
      this.#isOther = false;
      const place = page.studies.findIndex(({ studyUid }) => studyUid === kept);
      if (place >= 0 || what === 'other') this.selected.value = Math.max(0, place);
      else this.moveSelection(0);
    });
    this.#askAgainWhileAway(page.ageMs !== undefined);
  }
}
