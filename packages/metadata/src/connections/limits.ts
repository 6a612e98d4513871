// How long each kind of work may take, and how many connections it has: nothing waits for ever.

/**
 * `changes` and `reads`: while somebody waits; changes that wait for a standby keep no read from its answer. `beats`: heartbeats, which no other call may hold up; `long`: what
 * reads or changes large parts of a table; `schema`: migrations, which take as long as they take.
 */
export type Work = 'changes' | 'reads' | 'beats' | 'long' | 'schema';

export interface WorkLimits {
  /** Most connections to one server. */
  readonly connections: number;
  /** The server gives a statement up after so long; 0: never. */
  readonly statementMs: number;
  /** The server waits so long for a lock that another transaction has; 0: for ever. */
  readonly lockMs: number;
  /** Here an answer is waited for so long, should the server not keep to its own limit; 0: for ever. */
  readonly answerMs: number;
}

export const WORK: Readonly<Record<Work, WorkLimits>> = {
  changes: { connections: 10, statementMs: 20_000, lockMs: 10_000, answerMs: 25_000 },
  reads: { connections: 10, statementMs: 20_000, lockMs: 5_000, answerMs: 25_000 },
  beats: { connections: 2, statementMs: 4_000, lockMs: 2_000, answerMs: 5_000 },
  long: { connections: 2, statementMs: 900_000, lockMs: 30_000, answerMs: 910_000 },
  schema: { connections: 4, statementMs: 0, lockMs: 0, answerMs: 0 },
};

/** Until a connection stands, or one of a full pool is free. */
export const CONNECT_MS = 5_000;
/** Until a server that is asked what it is has said so, from the first packet on. */
export const PROBE_MS = 1_000;
/** Between questions to a server while the primary is looked for. */
export const SEARCH_PAUSE_MS = 200;
/** A call that takes longer raises the question whether its server lives. */
export const SLOW_MS = 300;
/** How often that question is asked, while calls take long. */
export const CHECK_EVERY_MS = 1_000;
/** How long a read waits for a primary that was there just now before a standby is asked. */
export const READ_PATIENCE_MS = 300;
/** A session that holds locks and says nothing is ended by the server. */
export const IDLE_IN_TRANSACTION_MS = 60_000;
/** A connection that nobody uses is closed. */
export const IDLE_MS = 60_000;
/** How soon the server notices that the other end of a cable is gone, and lets go of its locks. */
export const SERVER_SIDE_OPTIONS =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000';
