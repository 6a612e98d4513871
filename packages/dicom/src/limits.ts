// The limits on what a file or a blob may claim; each is checked before anything is allocated or walked.

/** Bytes of a file: what buffers, hashes and zlib take in one piece. */
export const MAX_FILE = 2 ** 31 - 1;
/** Bytes that a deflated data set may inflate to. */
export const MAX_INFLATED = 2 ** 29;
/** Bytes of native pixels that an encapsulated file may become; a larger one keeps its bitstreams. */
export const MAX_DECODED = 2 ** 29;
/** Sequences inside sequences; real objects stay below ten. */
export const MAX_DEPTH = 32;
/** Elements of one data set, those inside sequences not counted; real objects stay below a few thousand. */
export const MAX_ELEMENTS = 65_536;
/** Fragments of encapsulated pixel data: whole slide images have one a tile. */
export const MAX_FRAGMENTS = 1_000_000;
/** Frames of an object: whole slide images stay below. */
export const MAX_FRAMES = 1_000_000;
