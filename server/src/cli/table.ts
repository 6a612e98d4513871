// Aligned columns for the terminal.
import { printable, width } from './words.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** A wider value is cut, with an ellipsis in the middle. */
  readonly max?: number;
}

/**
 * Lines of a table with a heading; columns as wide as their widest value.
 * @param rows one array of cells a row, in the order of the columns
 */
export function table(columns: Column[], rows: string[][]): string {
  const cells = rows.map((row) => columns.map(({ max }, index) => cut(printable(row[index] ?? ''), max)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => width(row[index] ?? ''))),
  );
  const line = (row: string[]) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    line(widths.map((width) => '─'.repeat(width))),
    ...cells.map(line),
  ].join('\n');
}

function pad(cell: string, columns: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, columns - width(cell)));
  return align === 'right' ? space + cell : cell + space;
}

function cut(cell: string, max = Number.POSITIVE_INFINITY): string {
  if (width(cell) <= max) return cell;
  const letters = [...cell];
  let [head, tail] = [Math.ceil(letters.length / 2), Math.floor(letters.length / 2)];
  const text = () => `${letters.slice(0, head).join('')}…${letters.slice(letters.length - tail).join('')}`;
  while (width(text()) > max) head > tail ? head-- : tail--;
  return text();
}
