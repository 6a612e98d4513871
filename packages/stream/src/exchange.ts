// One request on the wire, as the scheduler sees it: it can be asked, answered, refused, and asked again.
import type { ClientMessage, ServerMessage } from '@strata/protocol/messages';
import type { Asked } from './balance/model.ts';
import type { Connection } from './connection.ts';

/** Messages that carry the id of a request. */
export type Answer = Extract<ServerMessage, { type: 'worklistPage' | 'manifest' | 'level' | 'done' }>;

/** Where a request is running. Until the first byte it may run at two servers. */
export interface Running {
  readonly connection: Connection;
  readonly id: number;
}

export interface Exchange extends Asked {
  /** How much of what it asked for has arrived for good: levels, or 1 for the answer to a call. */
  readonly arrived: number;
  /** The messages that ask for what is still missing, under this id. */
  ask(running: Running): ClientMessage[];
  /**
   * Takes an answer; only one of the places where it runs gives any. @returns whether it was the last one. Throws when
   * the answer cannot be one to this request.
   */
  take(running: Running, answer: Answer, payload: Uint8Array<ArrayBuffer>): 'more' | 'last';
  /** It does not run there any more. */
  ended(running: Running): void;
  /** After a loss or a stall: the exchanges that ask for what has not come (itself, perhaps). */
  remains(): Exchange[];
  /** Lets go of its last frames, at the server too. @returns what asks for them, to be asked elsewhere */
  cutTail(frames: number): Exchange[];
  /** The end without success. */
  fail(error: Error): void;
}
