// The bounds of the image role: what one client may ask for and how much memory it can cost.

/** Bytes of level payload that may be on the way to one client without its word that they were consumed. */
export const CREDIT = 16 * 1024 * 1024;
/** Requests that one connection may have open. */
export const MAX_REQUESTS = 256;
/** Frames of a series that is asked for as a whole; of a longer one the frames are asked for. */
export const MAX_FRAMES_PER_SERIES = 65_536;
/** Bytes that may wait in one connection's socket before nothing more is put there. */
export const SOCKET_HIGH_WATER = 512 * 1024;
/** Bytes, and pieces of levels, read from the store ahead of the socket, per connection. */
export const READ_AHEAD = 512 * 1024;
export const PIECES_AHEAD = 64;
/** Bytes that one connection sends before another has its turn, and all of them before the event loop goes round. */
export const CONNECTION_TURN = 128 * 1024;
export const LOOP_TURN = 2 * 1024 * 1024;
/** What a message costs beside its bytes, in bytes that could be sent in the same time. */
export const MESSAGE_COST = 2048;
/** Waiting answers above this stop the reading of further requests until they have left. */
export const ANSWERS_HIGH_WATER = 4 * 1024 * 1024;

/** Milliseconds. */
export interface ImageTiming {
  /** From connection to hello. */
  readonly hello: number;
  /** Of silence after which a client is taken for gone. */
  readonly silence: number;
  /** Without a request after which a connection is ended. */
  readonly idle: number;
  /** Between looks for silent and idle connections. */
  readonly purge: number;
  /** For running requests to end after goaway. */
  readonly leave: number;
  /** Between two times that clients are told of the same study, and of their worklists. */
  readonly studyNews: number;
  readonly worklistNews: number;
}

export const TIMING: ImageTiming = {
  hello: 5_000,
  silence: 150_000,
  idle: 900_000,
  purge: 5_000,
  leave: 1_200,
  studyNews: 250,
  worklistNews: 1_000,
};
/** Studies that a connection has asked for last, and is told of when all may have changed. */
export const STUDIES_ASKED = 64;
/** Connections at the same time. */
export const MAX_CONNECTIONS = 20_000;

/** Bytes kept in memory: parsed indexes of frames blobs, hot ranges of blobs, manifests. */
export const INDEX_CACHE = 64 * 1024 * 1024;
export const RANGE_CACHE = 64 * 1024 * 1024;
/** Bytes from the start of a codestream that are read in one go: the coarse levels of a frame, all of a small one. */
export const PREFIX = 64 * 1024;
/** Up to so many bytes a level is copied to be sent, so that who takes it slowly does not keep a whole prefix for it. */
export const COPIED = 16 * 1024;
export const MANIFEST_CACHE = 64 * 1024 * 1024;
/** Indexes loaded at once for one request. */
export const INDEX_LOADS = 8;
/** Bytes of a manifest part, about; and frame segments in it. */
export const PART_BYTES = 256 * 1024;
export const SEGMENTS_PER_PART = 2048;
