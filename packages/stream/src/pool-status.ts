// What callers are told of the client's servers.

/** `idle`: nothing to do and no connection; `offline`: no server answers, trying again by itself. */
export type ClientState = 'idle' | 'connecting' | 'online' | 'offline' | 'closed';

export interface ServerStatus {
  /** Its id, or its configured address before it was met. */
  readonly id: string;
  readonly name: string;
  readonly site: string;
  /** `silent`: asked whether it is still there, it has not answered yet; `hung`: it did not answer in time. */
  readonly state: 'connected' | 'silent' | 'hung' | 'connecting' | 'resting' | 'down';
  /** The address in use, or to be tried first. */
  readonly url: string;
  /** What it last said of its load. */
  readonly load: number;
  /** Milliseconds of a round trip and to a first byte, smoothed; null before the first. */
  readonly roundTrip: number | null;
  readonly latency: number | null;
  /** `open`: it is left alone because it failed or was slow; `half-open`: one request at a time may show better. */
  readonly breaker: 'closed' | 'open' | 'half-open';
}

export interface PoolStatus {
  readonly state: ClientState;
  readonly connected: number;
  readonly servers: readonly ServerStatus[];
  /** Milliseconds that no server has been connected; null while one is or none is wanted. */
  readonly offlineFor: number | null;
  /** Milliseconds until the next try to connect, 0 while one is being made; null while none is needed. */
  readonly nextTryIn: number | null;
}
