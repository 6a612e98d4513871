// Follows the changes at whichever server is the primary, from a position on that survives every connection.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { News } from './change.ts';
import { CHANNEL } from './channel.ts';
import { originOf } from './origin.ts';
import { positionNow, readNews } from './read-news.ts';
import { trimChanges } from './trim.ts';

/** How far somebody has followed. Kept by the caller, so that following again goes on there. */
export class FollowedTo {
  /** Null before the first time. */
  at: { readonly origin: string; readonly position: string } | null = null;
}

export interface FollowOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly from: FollowedTo;
  /** Told of each connection that could not be made or was lost; it is made again, soon. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Without a bell: whoever committed was killed before ringing it, or the connection leads nowhere. */
const LOOK_MS = 2_000;
/** Between two reads, however often the bell rings. */
const PAUSE_MS = 25;
/** For an answer; a connection that takes longer is given up. */
const ANSWER_MS = 5_000;
const TRIM_EVERY_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Calls `onNews` with what was committed, each change at least once and soon after its commit, in no order; first of all,
 * and whenever something may have been missed, with 'everything'. Whoever reads after that sees what was committed.
 * @param open a new connection to the primary; tried again and again
 * @param onNews must not throw, and does its work later
 */
export async function follow(
  open: () => Promise<pg.Client>,
  onNews: (news: News) => void,
  options: FollowOptions,
): Promise<void> {
  const { signal, from, onTrouble } = options;
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const before = from.at;
    try {
      await followOn(open, onNews, options);
    } catch (error) {
      if (!signal.aborted) onTrouble?.(error);
    }
    if (from.at !== before) pause = FIRST_PAUSE_MS;
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** On one connection, until it is lost. */
async function followOn(
  open: () => Promise<pg.Client>,
  onNews: (news: News) => void,
  { signal, from }: FollowOptions,
): Promise<void> {
  const client = await open();
  const line = new Line(client, signal);
  try {
    await line.within(client.query(`listen ${CHANNEL}`));
    const origin = await line.within(originOf(client));
    let position = from.at?.origin === origin ? from.at.position : '';
    if (position === '') {
      position = await line.within(positionNow(client));
      from.at = { origin, position };
      onNews('everything');
    }
    for (let trimAt = performance.now() + Math.random() * TRIM_EVERY_MS; ; ) {
      line.isRung = false;
      const read: Awaited<ReturnType<typeof readNews>> = await line.within(readNews(client, position));
      if (read.news.length > 0) onNews(read.news);
      position = read.position;
      from.at = { origin, position };
      if (performance.now() > trimAt) {
        await line.within(trimChanges(client));
        trimAt = performance.now() + TRIM_EVERY_MS;
      }
      await line.bell(LOOK_MS);
      await line.pause(PAUSE_MS);
    }
  } finally {
    line.end();
  }
}

/** A connection with its bell. Every wait on it ends when it is lost, and when the signal says so. */
class Line {
  isRung = false;
  readonly #client: pg.Client;
  readonly #over = Promise.withResolvers<never>();
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#over.reject(new Error('Nobody follows any more.'));
  #wake: () => void = () => undefined;

  constructor(client: pg.Client, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
    this.#over.promise.catch(() => undefined); // whoever waits is told
    client.on('error', (error) => this.#over.reject(error));
    client.on('end', () => this.#over.reject(new Error('The connection was ended.')));
    client.on('notification', () => {
      this.isRung = true;
      this.#wake();
    });
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) this.#onAbort();
  }

  /** The answer, unless it takes too long. */
  async within<Answer>(answer: Promise<Answer>): Promise<Answer> {
    answer.catch(() => undefined); // told already, when it comes too late
    const late = sleep(ANSWER_MS, undefined, { ref: false }).then(() => {
      throw new Error(`PostgreSQL did not answer within ${ANSWER_MS} ms.`);
    });
    late.catch(() => undefined);
    return Promise.race([answer, late, this.#over.promise]);
  }

  /** Waits for the bell, this long at most. */
  async bell(ms: number): Promise<void> {
    if (this.isRung) return;
    const rung = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([rung, this.pause(ms)]);
  }

  async pause(ms: number): Promise<void> {
    await Promise.race([sleep(ms, undefined, { ref: false }), this.#over.promise]);
  }

  /** Never throws, and waits for nobody. */
  end(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#client.end().catch(() => undefined); // lost already
    (
      this.#client as unknown as { connection?: { stream?: { destroy(): void } } }
    ).connection?.stream?.destroy();
  }
}
