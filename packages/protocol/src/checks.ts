// Checks of values from outside: each takes an unknown value and returns it typed, or throws a ProtocolError.
import { ProtocolError } from './errors.ts';

/** Returns the value, typed and stripped of unknown fields. Throws ProtocolError ('bad-value') naming the path. */
export type Check<T> = (value: unknown) => T;

/** Says of a field that it may be absent; only for fields of `object`. */
export interface OptionalCheck<T> {
  readonly optional: Check<T>;
}

type Fields<T> = {
  [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? OptionalCheck<Exclude<T[K], undefined>>
    : Check<T[K]>;
};

/** A string of at most `limit` characters (UTF-16 units). */
export function text(limit: number): Check<string> {
  return (value) => {
    if (typeof value !== 'string') throw wrong(`text expected, got ${kind(value)}`);
    if (value.length > limit)
      throw wrong(`text of at most ${limit} characters expected, got ${value.length}`);
    return value;
  };
}

/** A string that the pattern matches; `name` says in words what is expected. */
export function pattern(regex: RegExp, limit: number, name: string): Check<string> {
  return (value) => {
    if (typeof value !== 'string' || value.length > limit || !regex.test(value))
      throw wrong(`${name} expected`);
    return value;
  };
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): Check<number> {
  return (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw wrong(`a whole number from ${min} to ${max} expected, got ${shown(value)}`);
    }
    return value;
  };
}

/** A finite number. */
export const real: Check<number> = (value) => {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw wrong(`a number expected, got ${shown(value)}`);
  return value;
};

/** true or false. */
export const flag: Check<boolean> = (value) => {
  if (typeof value !== 'boolean') throw wrong(`true or false expected, got ${kind(value)}`);
  return value;
};

/** One of the given values. */
export function oneOf<const T extends string | number>(...values: T[]): Check<T> {
  return (value) => {
    const found = values.find((each) => each === value);
    if (found === undefined) throw wrong(`one of ${values.join(', ')} expected, got ${shown(value)}`);
    return found;
  };
}

/** What `check` accepts, or null. */
export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value) => (value === null || value === undefined ? null : check(value));
}

/** A field that may be absent (or null, which means the same on the wire). */
export function optional<T>(check: Check<T>): OptionalCheck<T> {
  return { optional: check };
}

/** A list of at most `limit` items. */
export function list<T>(item: Check<T>, limit: number): Check<T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw wrong(`a list expected, got ${kind(value)}`);
    if (value.length > limit) throw wrong(`a list of at most ${limit} items expected, got ${value.length}`);
    const items: T[] = [];
    for (let i = 0; i < value.length; i++) items.push(at(`[${i}]`, item, value[i]));
    return items;
  };
}

/** A list of exactly `count` numbers, as the tuple type that the caller names. */
export function numbers<T extends number[]>(count: T['length']): Check<T> {
  const check = list(real, count);
  return (value) => {
    const items = check(value);
    if (items.length !== count) throw wrong(`${count} numbers expected, got ${items.length}`);
    return items as T;
  };
}

/** An object with the given fields; others are dropped, so that newer senders may add some. */
export function object<T>(fields: Fields<T>): Check<T> {
  const entries = Object.entries<Check<unknown> | OptionalCheck<unknown>>(fields);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrong(`an object expected, got ${kind(value)}`);
    }
    const source = value as Record<string, unknown>;
    const result: Record<string, unknown> = {};
    for (const [name, check] of entries) {
      // Only what the object itself holds: a name like 'constructor' must not find the prototype's.
      const field = Object.hasOwn(source, name) ? source[name] : undefined;
      if (typeof check === 'function') result[name] = at(`.${name}`, check, field);
      else if (field !== undefined && field !== null) result[name] = at(`.${name}`, check.optional, field);
    }
    return result as T;
  };
}

/** Runs a check and, when it fails, puts `step` in front of the path in its message. */
export function at<T>(step: string, check: Check<T>, value: unknown): T {
  try {
    return check(value);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const join = error.message.startsWith('.') || error.message.startsWith('[') ? '' : ': ';
    throw new ProtocolError(error.code, `${step}${join}${error.message}`);
  }
}

function wrong(message: string): ProtocolError {
  return new ProtocolError('bad-value', message);
}

function kind(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return typeof value === 'number' ? String(value) : kind(value);
}
