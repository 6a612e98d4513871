// Matching as PS3.4 section C.2.2.2 describes it, one data set at a time in plain TypeScript, for tests: it shares nothing
// with the queries that it judges.
import type { DicomJson, DicomJsonElement } from '../query/types.ts';

interface Options {
  readonly fuzzy: boolean;
  readonly combineDateTime: boolean;
}

/** Whether a data set meets every key. */
export function slowlyMatches(set: DicomJson, keys: DicomJson, options: Options): boolean {
  const rest = { ...keys };
  if (options.combineDateTime) {
    for (const [dateTag, timeTag] of [
      ['00080020', '00080030'],
      ['00080021', '00080031'],
    ] as const) {
      const [date, time] = [keys[dateTag]?.Value?.[0], keys[timeTag]?.Value?.[0]];
      // Of lists of dates nothing is said: each is matched alone.
      if ((keys[dateTag]?.Value?.length ?? 0) + (keys[timeTag]?.Value?.length ?? 0) !== 2) continue;
      if (!isRange(date) || !isRange(time) || shape(date) !== shape(time)) continue;
      const [day, moment] = [set[dateTag]?.Value?.[0], set[timeTag]?.Value?.[0]];
      if (typeof day !== 'string' || typeof moment !== 'string') return false;
      const at = start('DA', day) + start('TM', moment);
      const [fromDay = '', toDay = fromDay] = date.split('-');
      const [fromTime = '', toTime = fromTime] = time.split('-');
      if (fromDay !== '' && at < start('DA', fromDay) + start('TM', fromTime)) return false;
      if (toDay !== '' && at >= start('DA', toDay) + end('TM', toTime)) return false;
      delete rest[dateTag];
      delete rest[timeTag];
    }
  }
  return Object.entries(rest).every(([tag, key]) => meets(set[tag], key, options));
}

const isRange = (text: unknown): text is string => typeof text === 'string' && /^[\d.-]+$/.test(text);

/** The form of a range: both ends, or which one. */
const shape = (text: string): string => text.replace(/[^-]+/g, 'x').replace(/^x$/, 'x-x');

function meets(element: DicomJsonElement | undefined, key: DicomJsonElement, options: Options): boolean {
  const asked = (key.Value ?? []).filter((value) => value !== '' && value !== null);
  // C.2.2.2.3, universal matching.
  if (asked.length === 0) return true;
  const values = (element?.Value ?? []).filter((value) => value !== '' && value !== null);
  if (key.vr === 'SQ') {
    // C.2.2.2.6: an item in which everything is universal asks nothing.
    const [item] = asked as DicomJson[];
    if (!item || asksNothing(item)) return true;
    return (values as DicomJson[]).some((one) =>
      slowlyMatches(one, item, { ...options, combineDateTime: false }),
    );
  }
  const texts = asked.map((value) => (key.vr === 'PN' ? nameOf(value) : String(value)));
  if (isUniversal(key.vr, asked)) return true;
  // C.2.2.2.7, empty value matching.
  if (texts.includes('""')) return values.length === 0;
  // C.2.2.2.8, multiple value matching, and C.2.2.2.2, list of UID matching; of several stored values one is enough.
  return texts.some((text) => values.some((value) => one(key.vr, value, text, options)));
}

/** No value, or one that is nothing but wildcards: of a name also when only its delimiters are beside them. */
function isUniversal(vr: string, values: readonly unknown[]): boolean {
  const nothing = (value: unknown): boolean =>
    vr === 'PN' ? /^[*^=]*$/.test(nameOf(value)) : /^\*+$/.test(String(value));
  return values.length === 0 || values.some(nothing);
}

function asksNothing(item: DicomJson): boolean {
  return Object.values(item).every((key) =>
    key.vr === 'SQ'
      ? !key.Value?.[0] || asksNothing(key.Value[0] as DicomJson)
      : isUniversal(
          key.vr,
          (key.Value ?? []).filter((value) => value !== ''),
        ),
  );
}

function one(vr: string, value: unknown, text: string, options: Options): boolean {
  switch (vr) {
    case 'PN':
      return options.fuzzy ? wordsBegin(nameOf(value), text) : sameName(nameOf(value), text);
    case 'DA':
    case 'TM':
    case 'DT': {
      // C.2.2.2.5, range matching, both ends included; alone, what the text means in its precision.
      const at = start(vr, String(value));
      const [from = '', to = from] = text.split('-');
      return (from === '' || at >= start(vr, from)) && (to === '' || at < end(vr, to));
    }
    case 'IS':
    case 'DS':
    case 'US':
      return Number(value) === Number(text);
    case 'UI':
      return value === text;
    default:
      // C.2.2.2.1 and C.2.2.2.4: with regard to case, wildcards for any text and for any one character.
      return pattern(text.trim()).test(String(value).trim());
  }
}

function pattern(text: string): RegExp {
  const source = text
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`, 'u');
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as Record<string, string>;
  return `${Alphabetic}=${Ideographic}=${Phonetic}`;
}

const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC').replace(/\^+$/, '');

function sameName(name: string, text: string): boolean {
  const groups = name.split('=').map(plain);
  const asked = text.replace(/=+$/, '').split('=').map(plain);
  const [only = ''] = asked;
  if (asked.length === 1) return groups.some((group) => group !== '' && pattern(only).test(group));
  return asked.every((part, index) => part === '' || pattern(part).test(groups[index] ?? ''));
}

/** Without case and accents, Hangul in its letters. */
const parts = (text: string): string => plain(text).normalize('NFKD');

/** Every word of the search begins a word of the name; wildcards mean what they mean elsewhere. */
function wordsBegin(name: string, text: string): boolean {
  const words = parts(name).split(/[^\p{L}\p{N}]+/u);
  const asked = parts(text).split(/[^\p{L}\p{N}*?]+/u);
  return asked
    .filter((word) => word !== '')
    .every((begin) => words.some((word) => word !== '' && pattern(`${begin}*`).test(word)));
}

/** Microseconds from the beginning of a day or of time to the beginning of what the text means. */
function start(vr: 'DA' | 'TM' | 'DT', text: string): number {
  const [whole = '', fraction = ''] = text.split('.');
  const micro = Number(fraction.padEnd(6, '0'));
  const time = (digits: string): number =>
    (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6))) * 1e6;
  if (vr === 'TM') return time(whole.padEnd(6, '0')) + micro;
  const day = (digits: string): number =>
    Date.UTC(
      Number(digits.slice(0, 4)),
      Number(digits.slice(4, 6) || '1') - 1,
      Number(digits.slice(6, 8) || '1'),
    ) * 1000;
  return day(whole) + time(whole.slice(8).padEnd(6, '0')) + micro;
}

/** Where what the text means ends: the beginning of the next year, day, minute ... */
function end(vr: 'DA' | 'TM' | 'DT', text: string): number {
  const [whole = '', fraction = ''] = text.split('.');
  if (fraction !== '') return start(vr, text) + 10 ** (6 - fraction.length);
  const digits = vr === 'TM' ? whole.length + 8 : whole.length;
  const [year, month] = [Number(whole.slice(0, 4)), Number(whole.slice(4, 6))];
  if (digits === 4) return Date.UTC(year + 1, 0, 1) * 1000;
  if (digits === 6) return Date.UTC(year, month, 1) * 1000;
  const seconds = { 8: 86_400, 10: 3600, 12: 60, 14: 1 }[digits] ?? 0;
  return start(vr, text) + seconds * 1e6;
}
