// What is known of a long list: how its pages follow each other, and the studies of those that are near what is seen.
import { MAX_PAGE } from '@strata/protocol/limits';
import type { WorklistPage, WorklistStudy } from '@strata/protocol/worklist';

export interface StudyPage {
  /** The place behind which it begins; null for the first. */
  readonly after: string | null;
  /** The place where the page behind it begins; null for the last. */
  readonly next: string | null;
  readonly count: number;
  /** Null once they are far from what is seen: they are read again when they are wanted. */
  readonly studies: readonly WorklistStudy[] | null;
}

export type AskPage = (limit: number, after: string | null) => Promise<WorklistPage>;

/** Rows of the first page, and the least that is asked for. */
export const PAGE = 100;

/** Pages one after the other from one end of the list. Never changed: another list is made. */
export class StudyPages {
  static readonly none = new StudyPages([]);
  readonly pages: readonly StudyPage[];
  /** Rows that are known, with studies or without. */
  readonly length: number;
  /** Row of the first study of each page. */
  readonly #starts: readonly number[];

  constructor(pages: readonly StudyPage[]) {
    this.pages = pages;
    let length = 0;
    this.#starts = pages.map(({ count }) => {
      length += count;
      return length - count;
    });
    this.length = length;
  }

  /** Whether the last page is the list's last. */
  get isWhole(): boolean {
    return this.pages.at(-1)?.next === null;
  }

  /** The study in a row; undefined when it is not known, or not any more. */
  at(row: number): WorklistStudy | undefined {
    const page = this.pageOf(row);
    return this.pages[page]?.studies?.[row - this.startOf(page)];
  }

  /** The row of a study whose page is there, else -1. */
  rowOf(studyUid: string): number {
    for (const [index, { studies }] of this.pages.entries()) {
      const place = studies?.findIndex((study) => study.studyUid === studyUid) ?? -1;
      if (place >= 0) return this.startOf(index) + place;
    }
    return -1;
  }

  /** Index of the page with a row; the number of pages when no page has it. */
  pageOf(row: number): number {
    let [low, high] = [0, this.pages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.startOf(middle) + (this.pages[middle]?.count ?? 0) > row) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  startOf(page: number): number {
    return this.#starts[page] ?? this.length;
  }

  /** Index of the first page that is to be read so that these rows are there; -1 when all are. */
  missingIn(first: number, last: number): number {
    for (let page = this.pageOf(Math.max(0, first)); page < this.pages.length; page++) {
      if (this.startOf(page) > last) return -1;
      if (!this.pages[page]?.studies) return page;
    }
    return this.isWhole || this.length > last ? -1 : this.pages.length;
  }

  /** The same list, with studies only in pages near these rows; with none when none are given. */
  keeping(first = 0, last = -1): StudyPages {
    const isNear = (page: number, count: number) =>
      this.startOf(page) <= last && this.startOf(page) + count > first;
    return new StudyPages(
      this.pages.map((page, index) => (isNear(index, page.count) ? page : { ...page, studies: null })),
    );
  }

  /** With pages in the place of those from an index on. What followed stays if it begins where the new ones end. */
  with(index: number, fresh: readonly StudyPage[]): StudyPages {
    const next = fresh.at(-1)?.next ?? null;
    const rest = next === null ? -1 : this.pages.findIndex(({ after }, at) => at > index && after === next);
    return new StudyPages([
      ...this.pages.slice(0, index),
      ...fresh,
      ...(rest < 0 ? [] : this.pages.slice(rest)),
    ]);
  }
}

/**
 * Reads what is missing so that rows are there: page by page, as the server goes along the list.
 * @returns the list with them, and the first answer; null when nothing was missing
 */
export async function readRows(
  known: StudyPages,
  [first, last]: readonly [number, number],
  ask: AskPage,
): Promise<{ pages: StudyPages; answer: WorklistPage } | null> {
  const from = known.missingIn(first, last);
  if (from < 0) return null;
  const fresh: StudyPage[] = [];
  let row = known.startOf(from);
  let after = known.pages[from]?.after ?? known.pages[from - 1]?.next ?? null;
  let answer: WorklistPage | null = null;
  do {
    const before = known.pages.find((page) => page.after === after);
    if (before?.studies && fresh.length > 0) break;
    // As many as before, so that what follows still begins there.
    const wanted = before && before.next !== null ? before.count : last - row + 1;
    const page = await ask(Math.max(PAGE, Math.min(MAX_PAGE, wanted)), after);
    answer ??= page;
    const { studies, next } = page;
    fresh.push({ after, next, count: studies.length, studies });
    row += studies.length;
    after = next;
  } while (after !== null && row <= last);
  return answer && { pages: known.with(from, fresh), answer };
}
