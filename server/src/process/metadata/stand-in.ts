// Stands for metadata that come and go with their database.
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';

/** The metadata that there are at the time. */
export interface Current {
  get(): Metadata | null;
  /** Waits a moment for metadata that are being opened. @returns null when they did not come */
  wait(): Promise<Metadata | null>;
}

type Method = (...args: unknown[]) => unknown;

/**
 * An object that is used like the metadata and passes every call on to those that are `current` at the time. Calls wait for
 * metadata that are being opened, and are made again when these were opened anew meanwhile; then they throw MetadataError
 * 'unavailable'.
 */
export function standIn(current: Current): Metadata {
  const calls = callsTo(current, (metadata) => metadata);
  const parts = {
    errands: callsTo(current, ({ errands }) => errands),
    pool: callsTo(current, ({ pool }) => pool),
    changes: callsTo(current, ({ changes }) => changes),
    shares: callsTo(current, ({ shares }) => shares),
  };
  return new Proxy(calls, {
    get: (_, name: keyof Metadata) => (name in parts ? parts[name as keyof typeof parts] : calls[name]),
  });
}

/** Methods that return no promise. */
const walks = new Set(['instancesOf', 'blobs']);

/** An object whose every method is that of a part of what is current at the time of the call. */
function callsTo<Target extends object>(current: Current, partOf: (metadata: Metadata) => Target): Target {
  const methodOf = (metadata: Metadata, name: string): Method => {
    const part = partOf(metadata) as Record<string, Method>;
    return (...args) => part[name]?.(...args);
  };
  const ask = async (name: string, args: unknown[]): Promise<unknown> => {
    const metadata = current.get() ?? (await current.wait());
    if (!metadata) throw away();
    try {
      return await methodOf(metadata, name)(...args);
    } catch (error) {
      const isAway = error instanceof MetadataError && error.code === 'unavailable';
      if (!isAway || current.get() === metadata) throw error;
      const next = await current.wait();
      if (!next) throw error;
      return methodOf(next, name)(...args);
    }
  };
  async function* walk(name: string, args: unknown[]): AsyncGenerator<unknown> {
    const metadata = current.get() ?? (await current.wait());
    if (!metadata) throw away();
    yield* methodOf(metadata, name)(...args) as AsyncGenerator<unknown>;
  }
  return new Proxy({} as Target, {
    get: (_, name: string) => {
      if (walks.has(name)) return (...args: unknown[]) => walk(name, args);
      return (...args: unknown[]) => ask(name, args);
    },
  });
}

function away(): MetadataError {
  return new MetadataError('unavailable', 'The metadata database does not answer. Try again in a moment.');
}
