// The records that the balancer keeps: servers, connections to them, requests, and their attempts.
import type { Breaker } from './breaker.ts';
import type { Latency } from './latency.ts';
import type { Race } from './race.ts';

export interface KnownServer {
  /** Its id; the address of a configured one until it is met. */
  readonly key: string;
  readonly hash: number;
  readonly isMet: boolean;
  name: string;
  site: string;
  load: number;
  /** The one that worked last first. */
  endpoints: string[];
  /** `resting`: it ended an idle connection, and is called again when there is work. */
  phase: 'down' | 'connecting' | 'up' | 'resting';
  isListed: boolean;
  race: Race | null;
  /** Connections that came to nothing, in a row. */
  failures: number;
  retryAt: number;
  line: Line | null;
  breaker: Breaker;
  latency: Latency;
  /** Milliseconds of a ping, smoothed; null before the first. */
  roundTrip: number | null;
}

/** One open connection. */
export interface Line {
  readonly id: number;
  readonly server: KnownServer;
  readonly url: string;
  /** Requests that the server lets run at once. */
  readonly most: number;
  readonly openedAt: number;
  readonly attempts: Set<Attempt>;
  /** When anything last came, and when a level or an answer did, by how urgent it was (see `urgency`). */
  heardAt: number;
  readonly broughtAt: Float64Array;
  /** The longest recent silence while something was asked, in milliseconds; null before the first. */
  gap: number | null;
  /** When the server last had to wait for this client. */
  blockedAt: number;
  /** When it was asked whether it is still there; null when it has answered. */
  probedAt: number | null;
  /** It did not answer that in time. */
  isHung: boolean;
  isLeaving: boolean;
  /** It has brought something that was missing. */
  isUseful: boolean;
}

/** What is asked for, as the balancer sees it. Read anew each time: priorities change, and what is missing becomes less. */
export interface Asked {
  /** Requests of one kind take about as long as each other. */
  readonly kind: 'get' | 'study' | 'worklist';
  /** What it is about: the same goes to the same server. */
  readonly affinity: string;
  /** 0 first. */
  readonly priority: number;
  /** Ids of servers that hold it, null when that is not known. */
  readonly replicas: ReadonlySet<string> | null;
  /** The server that it was cut out for, if it is well when the request is asked. */
  readonly prefer: string | null;
  /** Frames and levels that are still missing; 0 for what cannot be divided. */
  readonly missingFrames: number;
  readonly missingLevels: number;
}

export interface Request {
  readonly id: number;
  readonly asked: Asked;
  readonly affinity: number;
  readonly isRetry: boolean;
  readonly tried: Set<string>;
  readonly refusedBy: Set<string>;
  failures: number;
  rounds: number;
  notBefore: number;
  readonly attempts: Set<Attempt>;
}

export interface Attempt {
  readonly id: number;
  readonly request: Request;
  readonly line: Line;
  readonly sentAt: number;
  /** Nothing as urgent ran on the line when it was asked: its first byte tells how fast the server is. */
  readonly isAlone: boolean;
  readonly isHedge: boolean;
  firstAt: number | null;
  lastAt: number;
  /** Levels that have come whole. */
  arrived: number;
  /** Levels that came with a wrong checksum. */
  corrupt: number;
}
