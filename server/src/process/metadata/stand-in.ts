// Stands for metadata that come and go with their database.
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';

/**
 * An object that is used like the metadata and passes every call on to those that `current` gives at the time; without
 * any, calls throw MetadataError 'unavailable'.
 */
export function standIn(current: () => Metadata | null): Metadata {
  const calls = callsTo(current);
  const parts = {
    errands: callsTo(() => current()?.errands ?? null),
    pool: callsTo(() => current()?.pool ?? null),
  };
  return new Proxy(calls, {
    get: (_, name: keyof Metadata) => (name in parts ? parts[name as keyof typeof parts] : calls[name]),
  });
}

/** An object whose every method is that of what `current` gives at the time of the call. */
function callsTo<Target extends object>(current: () => Target | null): Target {
  return new Proxy({} as Target, {
    get: (_, name: string) => {
      return (...args: unknown[]) => {
        const target = current() as Record<string, (...args: unknown[]) => unknown> | null;
        const method = target?.[name];
        if (method) return Reflect.apply(method, target, args);
        throw new MetadataError(
          'unavailable',
          'The metadata database does not answer. Try again in a moment.',
        );
      };
    },
  });
}
