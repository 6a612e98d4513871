// Aligned columns for the terminal.
import { printable } from './words.ts';

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
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
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

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
}

function cut(cell: string, max = Number.POSITIVE_INFINITY): string {
  if (cell.length <= max) return cell;
  const half = Math.floor((max - 1) / 2);
  return `${cell.slice(0, max - 1 - half)}…${cell.slice(cell.length - half)}`;
}
