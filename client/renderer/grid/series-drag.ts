// Dragging a series from the list onto a viewport: what is carried, and how it is recognised.

const type = 'application/x-strata-series';

/** Begins to carry a series. */
export function carrySeries(event: DragEvent, seriesUid: string): void {
  event.dataTransfer?.setData(type, seriesUid);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
}

/** Whether a series is being carried over an element; says so to the browser. */
export function isSeriesOver(event: DragEvent): boolean {
  if (!event.dataTransfer?.types.includes(type)) return false;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'copy';
  return true;
}

/** The UID of the series that was dropped; '' for anything else. */
export function droppedSeries(event: DragEvent): string {
  const uid = event.dataTransfer?.getData(type) ?? '';
  if (uid) event.preventDefault();
  return uid;
}
