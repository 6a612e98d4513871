// What callers of the streaming client give and get.
import type { ByteRange, FrameRef, ShownSize } from '@strata/protocol/messages';
import type { ClientState, PoolStatus } from './pool-status.ts';

export type { ClientState, PoolStatus, ServerStatus } from './pool-status.ts';

/** The part of the browser's WebSocket that the client uses; `ws` and Node's own fit it too. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
}
export type SocketConstructor = new (url: string) => Socket;

/** A slow store of bytes by key. What it loses or refuses is fetched from the servers again. */
export interface KeptLevels {
  /** The bytes under each key; null for what it does not have. */
  get(keys: readonly string[]): Promise<readonly (Uint8Array<ArrayBuffer> | null)[]>;
  /** Keeps bytes, some time. */
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export interface StrataClientOptions {
  /** ws:// or wss:// addresses of image servers (…/stream); one that answers is enough, it names the others. */
  servers: string[];
  /** The site whose servers are asked first; by default the one with the shortest round trips. */
  site?: string;
  /** Default: globalThis.WebSocket. */
  webSocket?: SocketConstructor;
  /** Bytes of received segments kept for asking again; default 256 MiB, 0 keeps none. */
  cacheBytes?: number;
  /** A second, slower place for received segments, as on a disk: asked before the servers are. */
  kept?: KeptLevels;
  token?: string;
  /** Name of the program, for the server's log. */
  client?: string;
  /** Times in milliseconds, where the defaults do not fit. */
  timing?: Partial<Timing>;
  /** Numbers in [0, 1) for jitter and choice of server; default Math.random. */
  random?: () => number;
  onState?: (state: ClientState) => void;
  /** Told when a server was connected or lost, and when the state changes. */
  onPool?: (status: PoolStatus) => void;
  /** Called at most every `timing.stats` ms while something changes. */
  onStats?: (stats: ClientStats) => void;
  /** Told that a study has grown. */
  onChanged?: (studyUid: string) => void;
  /** Told once after `worklist` with `news` that a worklist may be another now: ask again, with `news`. */
  onWorklistChanged?: () => void;
}

export interface Timing {
  /** Until a connection is open and welcomed; 1000. */
  connect: number;
  /** Between pings; 5000. */
  heartbeat: number;
  /** Of silence after a ping until the connection is taken for dead; 5000. */
  silence: number;
  /** Between the addresses of one server, when the first does not answer at once; 250. */
  stagger: number;
  /** Without a first byte until another server is asked too, at least: the moving p95 when that is longer; 20. */
  hedge: number;
  /** Of silence while something is asked until the connection is pinged, and again until it counts as hung; 150. */
  suspect: number;
  /** Without a byte for a request until it is asked for again elsewhere; 10000. */
  progress: number;
  /** First delay of reconnection, doubled each round up to `backoffMost`; 100 and 5000. */
  backoff: number;
  backoffMost: number;
  /** Without any reachable server until waiting calls are given up with 'unreachable'; 30000. */
  giveUp: number;
  /** Between calls of onStats; 250. */
  stats: number;
}

export interface ClientStats {
  state: ClientState;
  /** Bytes of level payload received, and of everything received. */
  payloadBytes: number;
  receivedBytes: number;
  /** Levels received over the network and verified. */
  levels: number;
  cacheHits: number;
  cacheBytes: number;
  /** Levels whose CRC-32C was wrong, and that were asked for again. */
  badLevels: number;
  /** Connections open now; connections made since the start. */
  connections: number;
  connectionsMade: number;
  /** Names of the connected servers, joined by commas; null without any. */
  server: string | null;
  /** Milliseconds of a ping to the nearest of them, smoothed. */
  roundTrip: number | null;
  /** Bytes of level payload that were of no use: they came twice, or wrong, or only in part. */
  wastedBytes: number;
  /** Calls of get, study and worklist that are not settled. */
  waiting: number;
}

export interface CallOptions {
  /** Aborting rejects the call with the signal's reason at once, by default a DOMException 'AbortError'. */
  signal?: AbortSignal | undefined;
}

export interface WorklistOptions extends CallOptions {
  /** Whether to be told when the answer may be another: see `onWorklistChanged`. */
  news?: boolean;
}

export interface StudyOptions extends CallOptions {
  /**
   * Where the study's first image will be shown: the levels that this place can show come right behind the manifest, for
   * whoever gets them soon.
   */
  first?: ShownSize;
  /** Called as instances arrive. */
  onProgress?: (progress: { instances: number; of: number }) => void;
}

export interface LevelsRequest {
  /** Frames of blobs, or all frames of a series in order (its manifest is fetched first). */
  target: { frames: FrameRef[] } | { series: string };
  /** First level wanted; default 0. */
  from?: number;
  /** Last level wanted; a frame's own last level when it has fewer. Default FULL_LEVEL (255). */
  to?: number;
  /** 0 (first, default) to 255. */
  priority?: number;
}

/** A part of a level, and how to tell that its bytes are the right ones: parts have no checksum in the protocol. */
export interface WantedPart extends ByteRange {
  isRight(bytes: Uint8Array): boolean;
}

/** Parts of one level of one frame: see `WantedPart`. */
export interface PartsRequest {
  frame: FrameRef;
  level: number;
  /** Ascending and apart from each other, at most 1024. */
  parts: readonly WantedPart[];
  /** 0 (first, default) to 255. */
  priority?: number;
}

/** Takes the bytes of a part, by its place in the list that was asked for: verified, shared with the cache. */
export type OnPart = (index: number, bytes: Uint8Array<ArrayBuffer>) => void;

/** What `parts` returns: a promise of the end, with a handle on the running request. */
export interface GettingParts extends Promise<void> {
  /** As of `Getting`. */
  prioritise(priority: number): void;
}

/** One level of one frame, verified against its CRC-32C. `bytes` is shared with the cache: do not write to it. */
export interface Segment {
  blob: string;
  frame: number;
  level: number;
  crc32c: number;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface GetResult {
  /** Segments handed out, their bytes, and how many of these bytes came from the cache. */
  levels: number;
  bytes: number;
  fromCache: number;
}

/** What `get` returns: a promise of the totals, with a handle on the running request. */
export interface Getting extends Promise<GetResult> {
  /** Changes the request's priority (0 first). Does nothing once it is settled. */
  prioritise(priority: number): void;
}

/**
 * Takes a segment. The levels of a frame come in order, each once. When it returns a promise, the segment counts as
 * consumed (and the server sends more) only once that is fulfilled; a throw or rejection fails the get with that error.
 */
export type OnSegment = (segment: Segment) => void | Promise<void>;
