// The bounds of the wire between servers: times, sizes, counts.

/** For a connection to be made, in milliseconds. */
export const CONNECT_MS = 1_000;
/** Without one byte in either direction, in milliseconds. */
export const PROGRESS_MS = 5_000;
/** Between two signs of life of a long order, in milliseconds. */
export const TICK_MS = 1_000;
/** The longest that one order may take with signs of life, in milliseconds. */
export const ORDER_MS = 6 * 3600_000;
/** How long an idle connection is kept at the client; the server keeps it longer. */
export const IDLE_MS = 20_000;
/** The body of an order, and the answer to one. */
export const MAX_JSON = 64 * 1024;
/** The largest blob that is taken, in bytes. */
export const MAX_BLOB = 2 ** 40;
/** What is sent or read from the disk in one piece. */
export const PIECE = 256 * 1024;
/** The longest range that is answered; longer ones are whole blobs' matter. */
export const MAX_RANGE = 2 ** 31 - 1;
/** Connections that a server takes from all others together. */
export const MAX_CONNECTIONS = 1_024;
/** Blobs that a server takes in at once; each costs about 2 MiB of memory. */
export const MAX_PUTS = 96;
/** Blobs and ranges that a server sends at once. */
export const MAX_GETS = 512;
/** Orders that a server carries out at once. */
export const MAX_ORDERS = 64;
/** Connections to one peer. */
export const CONNECTIONS_PER_PEER = 48;
