// What an errand is: something to be done for an instance or a study later, and again until it is done.
import type { Json } from '../json.ts';

/** `forward`: send an instance on; `prefetch`: fetch the priors of a study's patient. */
export type ErrandKind = 'forward' | 'prefetch';

/** An errand to be kept. The same kind, rule and UID again change nothing. */
export interface NewErrand {
  readonly kind: ErrandKind;
  /** Whom it goes to; errands to one target are done by one worker. At most 1024 characters. */
  readonly target: string;
  /** The name of the rule that asks for it, at most 1024 characters. */
  readonly rule: string;
  /** SOP Instance UID of what to forward; Study Instance UID (or another name) of what to prefetch for. */
  readonly uid: string;
  /** What else has to be known, at most 64 KiB as JSON. */
  readonly details?: Json;
}

/** `done` ones are kept for a while, so that the same thing is not begun again. */
export type ErrandState = 'waiting' | 'done' | 'failed';

export interface Errand extends NewErrand {
  readonly id: number;
  readonly details: Json;
  readonly state: ErrandState;
  /** How often it was begun. */
  readonly attempts: number;
  /** When it may be begun (again), as an ISO date. */
  readonly dueAt: string;
  readonly createdAt: string;
  /** Why the last attempt failed, or ''. */
  readonly error: string;
}

/** How an attempt ended. */
export type Settlement =
  /** Done and forgotten, or remembered for a while. */
  | { readonly id: number; readonly outcome: 'done'; readonly remember: boolean }
  /** Not done; to be tried again after so many milliseconds. */
  | {
      readonly id: number;
      readonly outcome: 'again';
      readonly error: string;
      readonly afterMs: number;
      /** It was not its turn after all: does not count as an attempt. */
      readonly uncounted?: boolean;
    }
  /** Not done, and a person has to look at it. */
  | { readonly id: number; readonly outcome: 'failed'; readonly error: string };

/** How many errands there are to a target. */
export interface ErrandTarget {
  readonly kind: ErrandKind;
  readonly target: string;
  readonly waiting: number;
  readonly failed: number;
  /** When the oldest waiting one came, as an ISO date, or null. */
  readonly oldest: string | null;
  /** Of the one that failed last, or ''. */
  readonly error: string;
}

/** Which errands a person means. What is not given is not asked about. */
export interface ErrandFilter {
  readonly target?: string;
  readonly state?: ErrandState;
  readonly ids?: readonly number[];
}
