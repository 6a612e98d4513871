// Values in the form in which they are compared: equal ones are equal texts, and times sort as texts.
import { fold } from '../names.ts';
import { storable } from '../text.ts';

/** Text in which leading blanks mean something (PS3.5 section 6.2). */
const leadingMatters = new Set(['LT', 'ST', 'UC', 'UR', 'UT']);
const binaryNumbers = new Set(['US', 'SS', 'UL', 'SL', 'FD', 'IS', 'DS']);

/**
 * One value as it is compared: text without padding and composed, numbers by their value, dates and times as digits of full
 * length (the moment at which they begin), names folded by component groups. Null for what has no value, and for dates and
 * times that are none.
 */
export function normalValue(vr: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (vr === 'PN') return normalName(nameText(value));
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = normalText(vr, String(value));
  if (text === '') return null;
  if (vr === 'DA') return normalDate(text);
  if (vr === 'TM') return moments(vr, text)?.from ?? null;
  if (vr === 'DT') return moments(vr, text)?.from ?? null;
  return normalNumber(vr, text);
}

/** Text without padding, its characters composed. */
export function normalText(vr: string, text: string): string {
  const clean = storable(text).normalize('NFC');
  return leadingMatters.has(vr) ? clean.trimEnd() : clean.trim();
}

/** A number by its value (`+1.0` is `1`), of FL as it was rounded; anything else as it is. */
function normalNumber(vr: string, text: string): string {
  if (vr === 'SV' || vr === 'UV')
    return /^[+-]?\d{1,20}$/.test(text) ? String(BigInt(text.replace('+', ''))) : text;
  if (vr !== 'FL' && !binaryNumbers.has(vr)) return text;
  const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) return text;
  return String(vr === 'FL' ? Math.fround(number) : number + 0);
}

/** A name as text with its groups between `=`, whether it came as text or as an object of the JSON model. */
export function nameText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const { Alphabetic, Ideographic, Phonetic } = value as Record<string, unknown>;
  return [Alphabetic, Ideographic, Phonetic]
    .map((group) => (typeof group === 'string' ? group : ''))
    .join('=');
}

/** The three groups of a name folded, without blanks around components and without empty components at the end. */
export function nameGroups(name: string): string[] {
  return name
    .slice(0, 4096)
    .split('=', 3)
    .map((group) =>
      storable(fold(group).normalize('NFC'))
        .replaceAll('ς', 'σ') // lower case at the end of a word, which a pattern has elsewhere
        .replace(/\s*\^\s*/g, '^')
        .replace(/\s+/g, ' ')
        .trim()
        .replace(/[\s^]+$/, ''),
    );
}

function normalName(name: string): string | null {
  const whole = nameGroups(name).join('=').replace(/=+$/, '');
  return whole === '' ? null : whole;
}

/** YYYYMMDD, of the older form with dots too, or null. */
export function normalDate(text: string): string | null {
  const digits = text.replace(/^(\d{4})\.(\d\d)\.(\d\d)$/, '$1$2$3');
  return /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(digits) ? digits : null;
}

/** The first and the last moment that a time or a date with time means: 1015 is from 10:15:00.000000 to 10:15:59.999999. */
export interface Moments {
  readonly from: string;
  readonly to: string;
}

const timePattern = /^([01]\d|2[0-3])(?::?([0-5]\d)(?::?([0-5]\d|60)(?:\.(\d{1,6}))?)?)?$/;
const dateTimePattern =
  /^(\d{4})(?:(0[1-9]|1[0-2])(?:(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])(?:([0-5]\d)(?:([0-5]\d|60)(?:\.(\d{1,6}))?)?)?)?)?)?$/;

/** The moments of a TM or DT (without its offset from UTC, which is left alone), or null when it is none. */
export function moments(vr: 'TM' | 'DT', text: string): Moments | null {
  const local = vr === 'DT' ? withoutOffset(text) : text;
  const parts = (vr === 'TM' ? timePattern : dateTimePattern).exec(local)?.slice(1);
  if (!parts) return null;
  const fraction = parts.pop();
  const first = vr === 'TM' ? ['00', '00', '00'] : ['0000', '01', '01', '00', '00', '00'];
  const last = vr === 'TM' ? ['23', '59', '59'] : ['9999', '12', '31', '23', '59', '59'];
  const filled = (ends: string[], digit: string): string =>
    `${ends.map((end, index) => parts[index] ?? end).join('')}.${(fraction ?? '').padEnd(6, digit)}`;
  return { from: filled(first, '0'), to: filled(last, '9') };
}

/** A date with time without `&ZZXX` behind, which is -1200 to +1400 (PS3.5 section 6.2). */
function withoutOffset(text: string): string {
  return text.replace(/([+-])(0\d|1[0-4])[0-5]\d$/, '');
}
