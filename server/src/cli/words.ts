// Numbers as people read them: sizes, durations, counts.

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `532 kB`, `1.2 GB`; powers of 1000. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `1 file`, `3 files`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? singular : plural}`;
}

/** `20260315` as `2026-03-15`; anything else as it is. */
export function date(dicom: string): string {
  return /^\d{8}$/.test(dicom) ? `${dicom.slice(0, 4)}-${dicom.slice(4, 6)}-${dicom.slice(6)}` : dicom;
}

/** An ISO date and time as `2026-03-15 09:30:00` (UTC); '' for anything else. */
export function moment(iso: string | undefined): string {
  return iso && /^\d{4}-\d\d-\d\dT/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 19)}` : '';
}

/** `DOE^JOHN^^DR` as `DOE, JOHN, DR`; the first component group only. */
export function personName(dicom: string): string {
  const [group = ''] = dicom.split('=');
  return group
    .split('^')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(', ');
}

/** Text from a file, safe to print: control characters (a terminal would obey them) become dots. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}

const combining = /[\p{Mn}\p{Me}\p{Cf}]/u;
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many columns of a terminal the text takes (UAX 11: East Asian wide characters take two, combining ones none). */
export function width(text: string): number {
  let columns = 0;
  for (const letter of text) columns += combining.test(letter) ? 0 : wide.test(letter) ? 2 : 1;
  return columns;
}
