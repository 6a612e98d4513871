// How many viewports a page has and how they stand: rows and columns.

export interface Layout {
  readonly rows: number;
  readonly columns: number;
  /** The digit that chooses it, with Alt. */
  readonly key: string;
}

/** The layouts to choose from, the single viewport first. */
export const layouts: readonly Layout[] = [
  { rows: 1, columns: 1, key: '1' },
  { rows: 1, columns: 2, key: '2' },
  { rows: 1, columns: 3, key: '3' },
  { rows: 2, columns: 2, key: '4' },
  { rows: 2, columns: 1, key: '5' },
  { rows: 2, columns: 3, key: '6' },
];

export const singleLayout = layouts[0] as Layout;

/** '2 × 3': rows, then columns. */
export function layoutName({ rows, columns }: Layout): string {
  return `${rows} × ${columns}`;
}

/** The layout among the commands: 'layout.2x3'. */
export function layoutId({ rows, columns }: Layout): string {
  return `layout.${rows}x${columns}`;
}

/** The layout of so many rows and columns; the single one when there is none. */
export function layoutOf(rows: number, columns: number): Layout {
  return layouts.find((one) => one.rows === rows && one.columns === columns) ?? singleLayout;
}

/** The smallest layout with a place for so many viewports; the largest when there is none. */
export function layoutFor(count: number): Layout {
  const fitting = layouts.filter(({ rows, columns }) => rows * columns >= count);
  const size = ({ rows, columns }: Layout) => rows * columns;
  return fitting.sort((a, b) => size(a) - size(b))[0] ?? (layouts.at(-1) as Layout);
}
