// Lays what a server has beside what it should have: two lists, both sorted by digest.

/** One digest with what there is of it on either side. */
export interface Compared<File, Row> {
  readonly digest: string;
  /** One on each disk that has it. */
  readonly files: readonly File[];
  readonly row: Row | null;
}

interface Named {
  readonly digest: string;
}

/** Every digest of either list, once, in order; neither list is held in memory. */
export async function* compareCopies<File extends Named, Row extends Named>(
  files: AsyncIterable<File>,
  rows: AsyncIterable<Row>,
): AsyncGenerator<Compared<File, Row>> {
  const fileSide = files[Symbol.asyncIterator]();
  const rowSide = rows[Symbol.asyncIterator]();
  try {
    let file = await nextOf(fileSide);
    let row = await nextOf(rowSide);
    while (file || row) {
      const digest = !row || (file && file.digest < row.digest) ? (file as File).digest : row.digest;
      const here: File[] = [];
      for (; file?.digest === digest; file = await nextOf(fileSide)) here.push(file);
      const listed: Row | null = row?.digest === digest ? row : null;
      yield { digest, files: here, row: listed };
      if (listed) row = await nextOf(rowSide);
    }
  } finally {
    await fileSide.return?.();
    await rowSide.return?.();
  }
}

async function nextOf<T>(side: AsyncIterator<T>): Promise<T | null> {
  const { done, value } = await side.next();
  return done ? null : value;
}
