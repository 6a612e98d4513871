// Which buttons have no room in the toolbar: as many as must, in a fixed order, and none comes and goes with a pixel.

/** Pixels that must be to spare before a button comes back. */
const spare = 12;

/**
 * How many buttons leave a line.
 * @param room pixels of the line
 * @param needed pixels of all that stands in it when no button has left
 * @param widths pixels of the buttons that can leave, who leaves first comes first
 * @param now how many have left
 * @returns 0 to the number of widths
 */
export function leavingCount(room: number, needed: number, widths: readonly number[], now = 0): number {
  const least = countFor(room, needed, widths);
  if (least >= now) return least;
  return Math.min(now, countFor(room - spare, needed, widths));
}

function countFor(room: number, needed: number, widths: readonly number[]): number {
  let left = needed;
  let count = 0;
  for (const width of widths) {
    if (left <= room) break;
    left -= width;
    count++;
  }
  return count;
}
