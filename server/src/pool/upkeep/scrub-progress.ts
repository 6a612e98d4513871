// How far the scrub has come, kept in a file so that it goes on there after a restart.
import { readFile } from 'node:fs/promises';
import { isDigest } from '@strata/store/blob-names';
import { z } from 'zod';
import { writeDurably } from '../../config/data-folder.ts';

const count = z.int().min(0);
const shape = z.object({
  /** The last digest that was read; null: the pass is over, or none has begun. */
  after: z.string().refine(isDigest).nullable(),
  beganAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** In this pass, or in the last one when it is over. */
  blobs: count,
  bytes: count,
  bad: count,
  /** Whole passes so far. */
  passes: count,
});

export type ScrubState = z.output<typeof shape>;

const never: ScrubState = {
  ...{ after: null, beganAt: null, endedAt: null, blobs: 0, bytes: 0, bad: 0, passes: 0 },
};
const MAX_BYTES = 10_000;

/** The state in the file; that of a first start when there is none or it cannot be read: reading again harms nobody. */
export async function readScrubState(file: string): Promise<ScrubState> {
  try {
    const text = await readFile(file, 'utf8');
    const read = shape.safeParse(text.length <= MAX_BYTES ? JSON.parse(text) : null);
    return read.success ? read.data : never;
  } catch {
    return never;
  }
}

/** Durable when this returns. Throws the file system's error. */
export async function writeScrubState(file: string, state: ScrubState): Promise<void> {
  await writeDurably(file, `${JSON.stringify(state)}\n`);
}
