// Turns the measurements of the codec benchmark into the ratios we make claims with.
import { geometricMean, spread } from '../statistics.ts';
import type { BenchImage } from './images.ts';
import type { Measured } from './measure.ts';

export interface Row {
  readonly image: BenchImage;
  readonly results: Map<string, Measured | Error>;
}

function measuredBy(row: Row, name: string): Measured | null {
  const result = row.results.get(name);
  return result && !(result instanceof Error) ? result : null;
}

/** Strata's figure over a peer's for one image (bytes: below 1 is smaller), or the peer's time over Strata's (above 1 is faster). */
function ratio(row: Row, what: keyof Measured, peer: string): number | null {
  const ours = measuredBy(row, 'Strata')?.[what];
  const theirs = measuredBy(row, peer)?.[what];
  if (!ours || !theirs) return null;
  return what === 'bytes' ? ours / theirs : theirs / ours;
}

const QUESTIONS: { title: string; what: keyof Measured; peer: string }[] = [
  { title: 'bytes / JPEG 2000', what: 'bytes', peer: 'JPEG 2000' },
  { title: 'bytes / HTJ2K', what: 'bytes', peer: 'HTJ2K' },
  { title: 'bytes / JPEG-LS', what: 'bytes', peer: 'JPEG-LS' },
  { title: 'decode x HTJ2K', what: 'decode', peer: 'HTJ2K' },
  { title: 'encode x HTJ2K', what: 'encode', peer: 'HTJ2K' },
  { title: 'levels x HTJ2K', what: 'levels', peer: 'HTJ2K' },
];

export interface Answer {
  readonly question: string;
  readonly images: number;
  readonly geometricMean: number;
  readonly median: number;
  readonly quartiles: [number, number];
  readonly range: [number, number];
}

/** The ratios over a set of images, one answer per question that any image could answer. */
export function answers(rows: Row[]): Answer[] {
  return QUESTIONS.flatMap(({ title, what, peer }) => {
    const values = rows.map((row) => ratio(row, what, peer)).filter((value) => value !== null);
    if (values.length === 0) return [];
    const { median, low, high } = spread(values);
    const range: [number, number] = [Math.min(...values), Math.max(...values)];
    return [
      {
        question: title,
        images: values.length,
        geometricMean: geometricMean(values),
        median,
        quartiles: [low, high],
        range,
      },
    ];
  });
}

const fixed = (value: number | null): string => (value === null ? '-' : value.toFixed(3)).padStart(8);

export const ROW_TITLE = `${'image'.padEnd(44)}${QUESTIONS.map(({ title }) => title.padStart(19)).join('')}   MB/s enc  dec`;

/** One line of the table: the ratios of one image. */
export function rowLine(row: Row): string {
  const { format, pixels, name } = row.image;
  const speed = (ms: number | undefined): string =>
    (ms ? (pixels.byteLength / 1000 / ms).toFixed(0) : '-').padStart(5);
  const label = `${name.slice(-30)} ${format.width}x${format.height}`.padEnd(44);
  const ours = measuredBy(row, 'Strata');
  const ratios = QUESTIONS.map(({ what, peer }) => fixed(ratio(row, what, peer)).padStart(19)).join('');
  return `${label}${ratios}     ${speed(ours?.encode)}${speed(ours?.decode)}`;
}

/** The closing table: all images, then each modality. */
export function summary(rows: Row[]): string {
  const modalities = [...new Set(rows.map((row) => row.image.modality))].sort();
  const groups: [string, Row[]][] = [
    ['all', rows],
    ...modalities.map((name): [string, Row[]] => [name, rows.filter((row) => row.image.modality === name)]),
  ];
  return groups
    .map(([name, own]) => {
      const lines = answers(own).map(
        (answer) =>
          `  ${answer.question.padEnd(20)} geometric mean ${fixed(answer.geometricMean)}  median ${fixed(answer.median)}` +
          `  quartiles ${answer.quartiles.map(fixed).join('')}  range ${answer.range.map(fixed).join('')}`,
      );
      return `${name}: ${own.length} images\n${lines.join('\n')}`;
    })
    .join('\n');
}
