// Keeps the study that is read where it is, when others come or go above it.

/** The first row in sight, and how many pixels it is below the top of the box. */
export interface TopRow {
  readonly uid: string;
  readonly offset: number;
}

/** @param box the scrolled element with the table; null at the very top, where new studies are to be seen */
export function topRow(box: HTMLElement): TopRow | null {
  const rows = box.querySelector('tbody')?.rows;
  const height = rows?.item(0)?.offsetHeight ?? 0;
  if (!rows || height === 0 || box.scrollTop === 0) return null;
  const row = rows.item(Math.min(rows.length - 1, Math.floor(box.scrollTop / height)));
  const uid = row?.dataset.study;
  return row && uid ? { uid, offset: offsetOf(box, row) } : null;
}

/** Scrolls so that the row is where it was before the rows changed. @returns the row that is the first in sight now */
export function keepTopRow(box: HTMLElement, before: TopRow | null): TopRow | null {
  const row = before && box.querySelector<HTMLElement>(`tr[data-study="${CSS.escape(before.uid)}"]`);
  if (row) box.scrollTop += offsetOf(box, row) - before.offset;
  return topRow(box);
}

function offsetOf(box: HTMLElement, row: HTMLElement): number {
  return row.getBoundingClientRect().top - box.getBoundingClientRect().top;
}
