// A blob whose bytes turn out wrong is mended where that can be done, and what failed because of it is done once more.
import { systemCode } from '../config/start-error.ts';
import type { BlobHome } from './blob-home.ts';

/** What fails for another reason than a blob's bytes: who asks, or the moment. */
const NOT_THE_BLOBS = new Set([
  'no-such-frame',
  'no-frames',
  'unsupported-transfer-syntax',
  'stopping',
  'missing',
]);

/** @throws what the task throws, when no blob was mended or it fails again */
export async function mending<Result>(
  store: Pick<BlobHome, 'suspect'>,
  blobs: readonly string[],
  task: () => Promise<Result>,
): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (!store.suspect || NOT_THE_BLOBS.has(systemCode(error))) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const healed = await Promise.all(blobs.map((digest) => store.suspect?.(digest, why)));
    // 'elsewhere': it came from another server, or from a copy that has been forgotten.
    if (!healed.some((each) => each === 'repaired' || each === 'elsewhere')) throw error;
    return task();
  }
}
