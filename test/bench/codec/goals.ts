// What the codec is to reach (issue 3), beside what it reached.
import { type Answer, answer, QUESTIONS, type Row, ratio } from './report.ts';

export interface Goal {
  readonly goal: string;
  readonly figure: number;
  readonly met: boolean;
  /** What stands in the way, where that can be named. */
  readonly note: string;
}

/** The images whose bytes are above JPEG 2000's, the worst first. */
function larger(rows: readonly Row[]): string {
  const over = rows.flatMap((row) => {
    const value = ratio(row, QUESTIONS.jpeg2000Bytes);
    return value !== null && value > 1 ? [{ name: row.image.name, value }] : [];
  });
  over.sort((one, other) => other.value - one.value);
  const named = over.slice(0, 8).map(({ name, value }) => `${name} ${value.toFixed(3)}`);
  return over.length > named.length
    ? [...named, `and ${over.length - named.length} more`].join(', ')
    : named.join(', ');
}

/** Each goal that the measured images can answer. */
export function goals(rows: readonly Row[]): Goal[] {
  const size = answer(rows, QUESTIONS.jpeg2000Bytes);
  const decode = answer(rows, QUESTIONS.decode);
  const encode = answer(rows, QUESTIONS.encode);
  const levels = answer(rows, QUESTIONS.levels);
  const incremental = answer(rows, QUESTIONS.incremental);
  const atMost = (goal: string, figure: number | undefined, limit: number, note = ''): Goal[] =>
    figure === undefined ? [] : [{ goal: `${goal} <= ${limit}`, figure, met: figure <= limit, note }];
  const atLeast = (goal: string, figure: number | undefined, limit: number, note = ''): Goal[] =>
    figure === undefined ? [] : [{ goal: `${goal} >= ${limit}`, figure, met: figure >= limit, note }];
  const fastest = (of: Answer | null): string => (of ? `${of.fastest.toFixed(3)} of fastest runs` : '');
  return [
    ...atMost("bytes of JPEG 2000's, geometric mean", size?.geometricMean, 0.96),
    ...atMost("bytes of JPEG 2000's, largest image", size?.range[1], 1, larger(rows)),
    ...atLeast("decode times HTJ2K's speed, median", decode?.median, 2.2, fastest(decode)),
    ...atLeast("decode times HTJ2K's speed, geometric mean", decode?.geometricMean, 1.8),
    ...atLeast("encode times HTJ2K's speed, median", encode?.median, 1, fastest(encode)),
    ...atLeast("all levels times HTJ2K's speed, median", levels?.median, 3, fastest(levels)),
    ...atMost(
      'all levels one by one over one decode, median',
      incremental?.median,
      1.15,
      fastest(incremental),
    ),
  ];
}

/** The goals as lines. */
export function goalLines(list: readonly Goal[]): string {
  const lines = list.map(
    ({ goal, figure, met, note }) =>
      `  ${met ? 'met    ' : 'NOT MET'}  ${goal.padEnd(54)} ${figure.toFixed(3)}${note ? `   (${note})` : ''}`,
  );
  return ['goals', ...lines].join('\n');
}
