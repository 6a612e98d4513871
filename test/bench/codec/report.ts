// Turns the measurements of the codec benchmark into the ratios we make claims with.
import { geometricMean, type Spread, spread } from '../statistics.ts';
import type { BenchImage } from './images.ts';
import type { Measured, Results } from './measure.ts';

export interface Row {
  readonly image: BenchImage;
  readonly results: Results;
  readonly rounds: number;
}

export function measuredBy(row: Row, name: string): Measured | null {
  const result = row.results.get(name);
  return result && !(result instanceof Error) ? result : null;
}

/** Which of an image's times stands for it: the median, or the fastest, which other work on the machine disturbs least. */
type Of = 'median' | 'least';
type Figure = (measured: Measured, of: Of) => number | null;

const bytes: Figure = (measured) => measured.bytes;
const encode: Figure = (measured, of) => measured.encode[of];
const decode: Figure = (measured, of) => measured.decode[of];
const levels: Figure = (measured, of) => measured.levels?.[of] ?? null;

/** What is asked of every image: one figure of a codec over another's. */
export interface Question {
  readonly title: string;
  readonly over: readonly [figure: Figure, codec: string];
  readonly under: readonly [figure: Figure, codec: string];
}

/** Bytes: below 1 is smaller. Times: the peer's over Strata's, so above 1 is faster. */
export const QUESTIONS = {
  jpeg2000Bytes: { title: 'bytes / JPEG 2000', over: [bytes, 'Strata'], under: [bytes, 'JPEG 2000'] },
  htj2kBytes: { title: 'bytes / HTJ2K', over: [bytes, 'Strata'], under: [bytes, 'HTJ2K'] },
  jpegLsBytes: { title: 'bytes / JPEG-LS', over: [bytes, 'Strata'], under: [bytes, 'JPEG-LS'] },
  decode: { title: 'decode x HTJ2K', over: [decode, 'HTJ2K'], under: [decode, 'Strata'] },
  encode: { title: 'encode x HTJ2K', over: [encode, 'HTJ2K'], under: [encode, 'Strata'] },
  levels: { title: 'levels x HTJ2K', over: [levels, 'HTJ2K'], under: [levels, 'Strata'] },
  incremental: { title: 'levels / decode', over: [levels, 'Strata'], under: [decode, 'Strata'] },
} as const satisfies Record<string, Question>;

/** The answer of one image, or null when a codec could not take it. */
export function ratio(row: Row, { over, under }: Question, of: Of = 'median'): number | null {
  const figure = ([what, codec]: Question['over']): number | null => {
    const measured = measuredBy(row, codec);
    return measured && what(measured, of);
  };
  const [top, bottom] = [figure(over), figure(under)];
  return top && bottom ? top / bottom : null;
}

export interface Answer {
  readonly question: string;
  readonly images: number;
  readonly geometricMean: number;
  readonly median: number;
  readonly quartiles: readonly [number, number];
  readonly range: readonly [number, number];
  /** The median when the fastest run of each image stands for it instead of the median run. */
  readonly fastest: number;
}

/** The answers of a set of images in one; null when no image has any. */
export function answer(rows: readonly Row[], question: Question): Answer | null {
  const all = (of: Of): number[] =>
    rows.map((row) => ratio(row, question, of)).filter((value) => value !== null);
  const values = all('median');
  if (values.length === 0) return null;
  const { median, low, high } = spread(values);
  return {
    question: question.title,
    images: values.length,
    geometricMean: geometricMean(values),
    median,
    quartiles: [low, high],
    range: [Math.min(...values), Math.max(...values)],
    fastest: spread(all('least')).median,
  };
}

export function answers(rows: readonly Row[]): Answer[] {
  return Object.values(QUESTIONS).flatMap((question) => answer(rows, question) ?? []);
}

/** All images, then each modality, then each folder. */
export function groupsOf(rows: readonly Row[]): { title: string; rows: Row[] }[] {
  const by = (name: string, key: (image: BenchImage) => string): { title: string; rows: Row[] }[] =>
    [...Map.groupBy(rows, ({ image }) => key(image))]
      .map(([value, own]) => ({ title: `${name} ${value}`, rows: own }))
      .sort((one, other) => (one.title < other.title ? -1 : 1));
  return [
    { title: 'all', rows: [...rows] },
    ...by('modality', ({ modality }) => modality),
    ...by('folder', ({ set }) => set),
  ];
}

const fixed = (value: number): string => value.toFixed(3);
const column = 20;

export const ROW_TITLE = `${'image'.padEnd(46)}${Object.values(QUESTIONS)
  .map(({ title }) => title.padStart(column))
  .join('')}   MB/s encode decode rounds`;

/** One line of the table: the ratios of one image, and Strata's speeds in megabytes of pixels. */
export function rowLine(row: Row): string {
  const { format, pixels, name } = row.image;
  const ours = measuredBy(row, 'Strata');
  const speed = (time: Spread | undefined): string =>
    (time ? (pixels.byteLength / 1000 / time.median).toFixed(0) : '-').padStart(7);
  const ratios = Object.values(QUESTIONS).map((question) => {
    const value = ratio(row, question);
    return (value === null ? '-' : fixed(value)).padStart(column);
  });
  const label = `${name.slice(-32)} ${format.width}x${format.height}`.padEnd(46);
  return `${label}${ratios.join('')}       ${speed(ours?.encode)}${speed(ours?.decode)}${String(row.rounds).padStart(7)}`;
}

/** Megabytes of pixels a second, of every codec. */
export interface Speed {
  readonly codec: string;
  readonly encode: Spread;
  readonly decode: Spread;
}

export function speeds(rows: readonly Row[]): Speed[] {
  const codecs = new Set(rows.flatMap((row) => [...row.results.keys()]));
  return [...codecs].flatMap((codec) => {
    const of = (figure: Figure): number[] =>
      rows.flatMap((row) => {
        const measured = measuredBy(row, codec);
        const time = measured && figure(measured, 'median');
        return time ? [row.image.pixels.byteLength / 1000 / time] : [];
      });
    const [encoding, decoding] = [of(encode), of(decode)];
    return encoding.length > 0 ? [{ codec, encode: spread(encoding), decode: spread(decoding) }] : [];
  });
}

function speedLine({ codec, encode: encoding, decode: decoding }: Speed): string {
  const text = ({ median, low, high }: Spread): string =>
    `${median.toFixed(0).padStart(5)} (${low.toFixed(0)} to ${high.toFixed(0)})`.padEnd(20);
  return `  ${codec.padEnd(18)} encode MB/s ${text(encoding)} decode MB/s ${text(decoding)}`;
}

function answerLine({ question, geometricMean: mean, median, quartiles, range, fastest }: Answer): string {
  const time = question.startsWith('bytes') ? '' : `   of fastest runs ${fixed(fastest)}`;
  return (
    `  ${question.padEnd(18)} geometric mean ${fixed(mean)}   median ${fixed(median)} (${quartiles.map(fixed).join(' to ')})` +
    `   range ${range.map(fixed).join(' to ')}${time}`
  );
}

/** The table of medians with quartiles and geometric means, a block a group; speeds of all images together. */
export function summary(rows: readonly Row[]): string {
  const blocks = groupsOf(rows).map(({ title, rows: own }) =>
    [
      `${title}: ${own.length} ${own.length === 1 ? 'image' : 'images'}`,
      ...answers(own).map(answerLine),
    ].join('\n'),
  );
  return [...blocks, ['speeds', ...speeds(rows).map(speedLine)].join('\n')].join('\n');
}
