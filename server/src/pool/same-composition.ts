// Whether two lists of servers say the same but for figures that change all the time.
import { isDeepStrictEqual } from 'node:util';
import type { ServerRecord } from '@strata/metadata/pool/model';

/** Loads, free space and times do not count. */
export function isComposedAlike(a: readonly ServerRecord[], b: readonly ServerRecord[]): boolean {
  return isDeepStrictEqual(a.map(composition), b.map(composition));
}

function composition({ load: _, silentMs: __, disks, ...rest }: ServerRecord) {
  return { ...rest, disks: disks.map(({ id, name, kind, state }) => ({ id, name, kind, state })) };
}
