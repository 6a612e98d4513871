// One request on the wire, as the scheduler sees it: it can be asked, answered, refused, and asked again.
import type { ClientMessage, ServerMessage } from '@strata/protocol/messages';
import type { Connection } from './connection.ts';

/** Messages that carry the id of a request. */
export type Answer = Extract<ServerMessage, { type: 'worklistPage' | 'manifest' | 'level' | 'done' }>;

/** Where a request is running. */
export interface Running {
  readonly connection: Connection;
  readonly id: number;
}

export interface Exchange {
  /** 0 first. */
  readonly priority: number;
  /** How often asking has come to nothing; the scheduler counts, from 0 again whenever something arrives. */
  failures: number;
  /** How much of what it asked for has arrived for good: levels, or 1 for the answer to a call. */
  readonly arrived: number;
  /** The messages that ask for what is still missing, under this id. */
  ask(running: Running): ClientMessage[];
  /** Takes an answer. @returns whether it was the last one. Throws when the answer cannot be one to this request. */
  take(answer: Answer, payload: Uint8Array<ArrayBuffer>): 'more' | 'last';
  /** After a loss or a stall: the exchanges that ask for what has not come (itself, perhaps). */
  remains(): Exchange[];
  /** The end without success. */
  fail(error: Error): void;
}
