// The state of the worklist: filters as typed, studies as they come, page by page, the newest question always winning.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { WorklistPage, WorklistQuery, WorklistStudy } from '@strata/protocol/worklist';
import { queryOfFilters, sameFilters, type WorklistFilters } from './filters.ts';

/** Where the studies come from. */
export interface WorklistSource {
  worklist(query: WorklistQuery, options: { signal: AbortSignal }): Promise<WorklistPage>;
}

/** `stale`: the studies shown answer older filters, an answer to the newest is on its way. */
export type WorklistState = 'first' | 'stale' | 'current' | 'failed';

const pageSize = 100;
/** Long enough to type a word in one question, short enough to feel live. */
const debounceMs = 120;

export class WorklistModel {
  readonly filters;
  readonly studies = signal<readonly WorklistStudy[]>([]);
  readonly total = signal(0);
  /** Whether there are more studies than `total`, uncounted. */
  readonly hasUncounted = signal(false);
  readonly state = signal<WorklistState>('first');
  readonly failure = signal('');
  /** Index of the study that the keyboard is on. */
  readonly selected = signal(0);
  readonly selectedStudy: ReadonlySignal<WorklistStudy | undefined>;
  readonly #source: WorklistSource;
  #next: string | null = null;
  #asking: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

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
    if (this.state.value === 'current') this.state.value = 'stale';
    this.#asking?.abort();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), debounceMs);
  }

  /** Asks from the first page. What is shown stays until the answer is there. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#ask(null);
  }

  /** Asks for the page after the last, if there is one and nothing is being asked. */
  async loadMore(): Promise<void> {
    if (this.#next !== null && !this.#asking) await this.#ask(this.#next);
  }

  /** Moves the keyboard's place by so many studies, staying inside the list. */
  moveSelection(by: number): void {
    const last = this.studies.value.length - 1;
    this.selected.value = Math.max(0, Math.min(last, this.selected.value + by));
  }

  /** Stops whatever is under way. */
  close(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  async #ask(after: string | null): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const query = queryOfFilters(this.filters.value, pageSize, after);
      const page = await this.#source.worklist(query, { signal: asking.signal });
      if (!asking.signal.aborted) this.#show(page, after === null);
    } catch (error) {
      if (asking.signal.aborted) return;
      batch(() => {
        this.state.value = 'failed';
        this.failure.value = error instanceof Error ? error.message : String(error);
      });
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
  }

  #show(page: WorklistPage, fromStart: boolean): void {
    batch(() => {
      const kept = this.selectedStudy.value?.studyUid;
      this.studies.value = fromStart ? page.studies : [...this.studies.value, ...page.studies];
      this.total.value = page.total;
      this.hasUncounted.value = page.totalKind === 'moreThan';
      this.state.value = 'current';
      this.failure.value = '';
      this.#next = page.next;
      if (!fromStart) return;
      const place = page.studies.findIndex(({ studyUid }) => studyUid === kept);
      this.selected.value = Math.max(0, place);
    });
  }
}
