// Bytes and windows as people read them, in the chosen language.
import { decimal, significant } from '../words/numbers.ts';

/** `812 B`, `14 KB`, `3.2 MB`: decimal units, two significant places below ten. */
export function displayBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${decimal(value, value < 9.95 ? 1 : 0)} ${units[unit]}`;
}

/** A window's numbers: no decimals for large ones, at most two for small ones, two digits of those that would vanish. */
export function displayNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.005) return significant(value, 2);
  return decimal(value, 0, Math.abs(value) >= 20 ? 0 : Math.abs(value) >= 1 ? 1 : 2);
}
