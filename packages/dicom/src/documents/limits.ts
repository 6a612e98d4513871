// Bounds on what is read of a document, so that no object costs more than a page of text.

/** Content items of a report; real ones stay below a thousand, dose reports below ten thousand. */
export const MAX_PARTS = 10_000;
/** Characters of one text, and of all texts of a document together. */
export const MAX_PART_TEXT = 32_768;
export const MAX_ALL_TEXT = 2 ** 20;
/** Characters of a name or a code's meaning. */
export const MAX_NAME = 256;
/** Objects that one content item refers to, and frames of one of them. */
export const MAX_OBJECTS = 64;
export const MAX_FRAMES_NAMED = 1024;
/** Observers that verified a document, and documents that it follows. */
export const MAX_OBSERVERS = 32;
/** Things that are said to be unreadable. */
export const MAX_PROBLEMS = 32;
