// How much of the machine's memory the database may use, beside Strata itself and the blobs in the system's cache.
import { totalmem } from 'node:os';

const MB = 2 ** 20;

/** Bytes of memory that this process and its children may use: the machine's, or a container's where it has fewer. */
export function memoryOfMachine(): number {
  const bound = process.constrainedMemory();
  return bound > 0 ? Math.min(bound, totalmem()) : totalmem();
}

/**
 * Settings of PostgreSQL for so many bytes of memory. An eighth is its own cache, 128 MB to 8 GB of it: the studies and the
 * indexes of instances of a large hospital stay there. Half is what it may expect to find cached by the system.
 */
export function memorySettings(bytes: number): Record<string, string> {
  const megabytes = (share: number, least: number, most: number): string =>
    `${Math.round(Math.min(most, Math.max(least, (bytes * share) / MB)))}MB`;
  return {
    shared_buffers: megabytes(1 / 8, 128, 8192),
    effective_cache_size: megabytes(1 / 2, 512, 65_536),
    maintenance_work_mem: megabytes(1 / 32, 64, 1024),
    work_mem: megabytes(1 / 1024, 4, 64),
    // Fewer checkpoints write fewer pages twice; after a crash so much is read again at most, within seconds.
    max_wal_size: megabytes(1 / 8, 1024, 4096),
  };
}
