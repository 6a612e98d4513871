// Every message of the protocol: its type, its check, its direction.
import {
  type Check,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  optional,
  pattern,
  real,
  text,
} from './checks.ts';
import { count, digest, frameIndex, levelNumber, u32, uid, words } from './fields.ts';
import {
  FULL_LEVEL,
  LEAST_FRAMES_PER_REQUEST,
  MAX_ENDPOINTS,
  MAX_FRAMES_PER_REQUEST,
  MAX_ID,
  MAX_LEVEL,
  MAX_PRIORITY,
  MAX_RANGES,
  MAX_SEGMENT,
  MAX_SERVERS,
  MAX_SHOWN,
  MAX_TOKEN,
  MAX_URL,
} from './limits.ts';
import { checkManifestPart, type ManifestPart } from './manifest.ts';
import { checkWorklistPage, checkWorklistQuery, type WorklistPage, type WorklistQuery } from './worklist.ts';

/** One image server of the pool. */
export interface Server {
  id: string;
  name: string;
  /** ws:// or wss:// addresses, the preferred one first. */
  endpoints: string[];
  /** 0 (idle) upwards; comparable between the servers of a pool. */
  load: number;
  /** Where it stands; servers of one site are near each other. Absent where there is one site only. */
  site?: string;
}

/** What a server grants to one connection. */
export interface Limits {
  /** Bytes of level payload that may be on the way unacknowledged: the credit at the start and its ceiling. */
  credit: number;
  /** Requests open at the same time. */
  maxRequests: number;
  /** Frames named in one `get`. */
  maxFrames: number;
  /** Milliseconds of silence after which the server takes the client for gone: ping more often than this. */
  silence: number;
}

export interface FrameRef {
  /** Digest of the frames blob, lower-case hexadecimal. */
  blob: string;
  /** Index of the frame in it. */
  frame: number;
}

export type GetTarget = { frames: FrameRef[] } | { series: string };

/** First message of a client. */
export type Hello = { type: 'hello'; versions: number[]; token: string; client: string };
/** With `news` the server says once, on this connection, when the answer may be another: see WorklistChanged. */
export type WorklistRequest = { type: 'worklist'; id: number; query: WorklistQuery; news?: boolean };
/** Device pixels of the place where an image will be shown. */
export interface ShownSize {
  width: number;
  height: number;
}
/**
 * Asks for the manifest of the study that the UID (of a study, series or instance) belongs to, or is. With `deflate` its
 * parts may come deflated. With `first` the levels of its first image that a place of that size can show may come behind
 * the manifest, without being asked for: see ManifestAnswer. Servers from before these know them not, clients from before
 * them do not say them.
 */
export type StudyRequest = { type: 'study'; id: number; uid: string; deflate?: boolean; first?: ShownSize };
/** Bytes of a level. */
export interface ByteRange {
  offset: number;
  length: number;
}
/**
 * Asks for levels `from`..`to` of the frames, coarse levels of all frames first. With `ranges`, of one level of one frame,
 * only these bytes of it are sent, in this order: ascending and apart from each other. Servers from before it send all.
 */
export type GetRequest = {
  type: 'get';
  id: number;
  target: GetTarget;
  from: number;
  to: number;
  priority: number;
  ranges?: ByteRange[];
};
/** Ends a request, or only what it asks for the frames at the given places of its list. */
export type Cancel = { type: 'cancel'; id: number; frames?: number[] };
/** Changes the priority of a request, or only of the frames at the given places of its list. */
export type Prioritise = { type: 'prioritise'; id: number; priority: number; frames?: number[] };
/** Says that this many bytes of level payload have been consumed. */
export type Credit = { type: 'credit'; bytes: number };
export type Ping = { type: 'ping'; id: number };
/** Says that the bytes of a level were wrong. */
export type Report = { type: 'report'; blob: string; frame: number; level: number; reason: string };

export type ClientMessage =
  | Hello
  | WorklistRequest
  | StudyRequest
  | GetRequest
  | Cancel
  | Prioritise
  | Credit
  | Ping
  | Report;

export type Welcome = {
  type: 'welcome';
  version: number;
  serverId: string;
  name: string;
  pool: Server[];
  limits: Limits;
};
export type WorklistAnswer = { type: 'worklistPage'; id: number; page: WorklistPage };
/** A frame whose levels 0..`to` follow. */
export interface FollowingFrame extends FrameRef {
  to: number;
}
/**
 * A part of a manifest. When the `last` one names a `first` frame, the request goes on like a `get` for its levels: they
 * follow with the request's id, then `done`; a `cancel` ends them.
 */
export type ManifestAnswer = {
  type: 'manifest';
  id: number;
  part: ManifestPart;
  last: boolean;
  first?: FollowingFrame;
};
/**
 * Bytes of one level of one frame: the payload, from byte `offset` of the `length` that the level has. Large levels come
 * in several messages, in order, so that others can go in between and a slow line shows progress. `crc32c` is over all
 * of the level, also where only ranges of it were asked for.
 */
export type Level = {
  type: 'level';
  id: number;
  blob: string;
  frame: number;
  level: number;
  crc32c: number;
  offset: number;
  length: number;
};
/** End of a `get`: how many levels (those of which the last byte that was asked for left) and payload bytes were sent. */
export type Done = { type: 'done'; id: number; levels: number; bytes: number };
/** The request (or, with id null, the connection) failed. */
export type Failure = { type: 'error'; id: number | null; code: string; message: string };
/** The server is about to leave: ask elsewhere, what runs will finish. */
export type Goaway = { type: 'goaway'; reason: string };
export type Servers = { type: 'servers'; pool: Server[] };
/** A study has grown. */
export type Changed = { type: 'changed'; study: string };
/**
 * Studies came or changed since this connection asked for a worklist with `news`. Told once: who shows a worklist asks
 * again, with `news`. Servers from before it know no `news`, clients from before it ask for none.
 */
export type WorklistChanged = { type: 'worklistChanged' };
export type Pong = { type: 'pong'; id: number };

export type ServerMessage =
  | Welcome
  | WorklistAnswer
  | ManifestAnswer
  | Level
  | Done
  | Failure
  | Goaway
  | Servers
  | Changed
  | WorklistChanged
  | Pong;

/** Codes of `error` messages that servers of this version send; newer ones may send others. */
export type FailureCode =
  | 'bad-request'
  | 'not-found'
  | 'missing-blob'
  | 'corrupt-blob'
  | 'too-many-requests'
  | 'too-slow'
  | 'unavailable'
  | 'leaving'
  | 'unsupported-version'
  | 'unauthorised'
  | 'protocol'
  | 'internal';

const id = integer(1, MAX_ID);
const priority = integer(0, MAX_PRIORITY);
const places = optional(list(integer(0, MAX_FRAMES_PER_REQUEST - 1), MAX_FRAMES_PER_REQUEST));
const endpoint = pattern(/^wss?:\/\/[^\s]+$/, MAX_URL, 'a ws:// or wss:// address');

const pool = list(
  object<Server>({
    id: words,
    name: words,
    endpoints: list(endpoint, MAX_ENDPOINTS),
    load: real,
    site: optional(words),
  }),
  MAX_SERVERS,
);

const frames = object<{ frames: FrameRef[] }>({
  frames: list(object<FrameRef>({ blob: digest, frame: frameIndex }), MAX_FRAMES_PER_REQUEST),
});
const series = object<{ series: string }>({ series: uid });
const target: Check<GetTarget> = (value) =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'series')
    ? series(value)
    : frames(value);

const byteRange = object<ByteRange>({ offset: integer(0, MAX_SEGMENT), length: integer(1, MAX_SEGMENT) });
const shownPixels = integer(1, MAX_SHOWN);
const topLevel: Check<number> = (value) => (value === FULL_LEVEL ? FULL_LEVEL : integer(0, MAX_LEVEL)(value));

type Checks<M extends { type: string }> = { [T in M['type']]: Check<Extract<M, { type: T }>> };

/** The check of every message that a client sends, by type. */
export const clientChecks: Checks<ClientMessage> = {
  hello: object<Hello>({
    type: oneOf('hello'),
    versions: list(u32, 32),
    token: text(MAX_TOKEN),
    client: text(256),
  }),
  worklist: object<WorklistRequest>({
    type: oneOf('worklist'),
    id,
    query: checkWorklistQuery,
    news: optional(flag),
  }),
  study: object<StudyRequest>({
    ...{ type: oneOf('study'), id, uid, deflate: optional(flag) },
    first: optional(object<ShownSize>({ width: shownPixels, height: shownPixels })),
  }),
  get: object<GetRequest>({
    ...{ type: oneOf('get'), id, target, from: levelNumber, to: topLevel, priority },
    ranges: optional(list(byteRange, MAX_RANGES)),
  }),
  cancel: object<Cancel>({ type: oneOf('cancel'), id, frames: places }),
  prioritise: object<Prioritise>({ type: oneOf('prioritise'), id, priority, frames: places }),
  credit: object<Credit>({ type: oneOf('credit'), bytes: count }),
  ping: object<Ping>({ type: oneOf('ping'), id }),
  report: object<Report>({
    type: oneOf('report'),
    blob: digest,
    frame: frameIndex,
    level: levelNumber,
    reason: text(1024),
  }),
};

/** The check of every message that a server sends, by type. */
export const serverChecks: Checks<ServerMessage> = {
  welcome: object<Welcome>({
    type: oneOf('welcome'),
    version: u32,
    serverId: words,
    name: words,
    pool,
    limits: object<Limits>({
      credit: integer(1, 2 ** 40),
      maxRequests: integer(1, 1 << 20),
      maxFrames: integer(LEAST_FRAMES_PER_REQUEST, MAX_FRAMES_PER_REQUEST),
      silence: integer(1, 86_400_000),
    }),
  }),
  worklistPage: object<WorklistAnswer>({ type: oneOf('worklistPage'), id, page: checkWorklistPage }),
  manifest: object<ManifestAnswer>({
    ...{ type: oneOf('manifest'), id, part: checkManifestPart, last: flag },
    first: optional(object<FollowingFrame>({ blob: digest, frame: frameIndex, to: levelNumber })),
  }),
  level: object<Level>({
    type: oneOf('level'),
    id,
    blob: digest,
    frame: frameIndex,
    level: levelNumber,
    crc32c: u32,
    offset: integer(0, MAX_SEGMENT),
    length: integer(0, MAX_SEGMENT),
  }),
  done: object<Done>({ type: oneOf('done'), id, levels: count, bytes: count }),
  error: object<Failure>({ type: oneOf('error'), id: nullable(id), code: text(64), message: words }),
  goaway: object<Goaway>({ type: oneOf('goaway'), reason: words }),
  servers: object<Servers>({ type: oneOf('servers'), pool }),
  changed: object<Changed>({ type: oneOf('changed'), study: words }),
  worklistChanged: object<WorklistChanged>({ type: oneOf('worklistChanged') }),
  pong: object<Pong>({ type: oneOf('pong'), id }),
};
