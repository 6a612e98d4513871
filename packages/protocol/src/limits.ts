// Every bound of the protocol, in one place: both sides check these before they allocate.

/** The version of the protocol that this package speaks; `hello` offers versions, `welcome` picks one. */
export const PROTOCOL_VERSION = 1;

/** Bytes of the envelope length in front of every message (u32, little-endian). */
export const ENVELOPE_HEAD = 4;
/** Most bytes of a message from a client: the widest is a `get` that names MAX_FRAMES_PER_REQUEST frames. */
export const MAX_CLIENT_MESSAGE = 512 * 1024;
/** Most bytes of a server's envelope: the widest are worklist pages and manifest parts. */
export const MAX_SERVER_ENVELOPE = 8 * 1024 * 1024;
/** The bit of the envelope length that says that a server's envelope is deflated, and most bytes of such a one. */
export const DEFLATED = 0x8000_0000;
export const MAX_DEFLATED = 1024 * 1024;
/** Most bytes of payload in one message; a longer level is sent in several. */
export const MAX_PAYLOAD = 256 * 1024;
/** Most bytes of one level of one frame. */
export const MAX_SEGMENT = 1024 * 1024 * 1024;
/** Most values (maps, lists and leaves together) in one envelope, and how deep they may nest. */
export const MAX_VALUES = 1 << 20;
export const MAX_DEPTH = 12;

/** Levels are 0 to MAX_LEVEL; `to: FULL_LEVEL` in a request means the frame's own last level. */
export const MAX_LEVEL = 7;
export const FULL_LEVEL = 255;
/** Segments (levels) of one frame at most. */
export const MAX_SEGMENTS = MAX_LEVEL + 1;

/** Priorities are 0 (first) to MAX_PRIORITY. */
export const MAX_PRIORITY = 255;
/** Frames that one `get` may name at most, and that every server lets it name. */
export const MAX_FRAMES_PER_REQUEST = 4096;
export const LEAST_FRAMES_PER_REQUEST = 1024;
/** Device pixels of a place for an image, in each direction. */
export const MAX_SHOWN = 65_536;
/** Ranges of a level that one `get` may name. */
export const MAX_RANGES = 1024;
/** Index of a frame in its instance. */
export const MAX_FRAME = 0xffff_ffff;
/** Request ids are positive 32-bit numbers, chosen by the client, not reused while open. */
export const MAX_ID = 0xffff_ffff;

/** Characters: a DICOM UID, a short and a long text. */
export const MAX_UID = 64;
export const MAX_TEXT = 4096;
export const MAX_TOKEN = 16 * 1024;
export const MAX_URL = 1024;

/** Entries of the pool list, and endpoints of a server. */
export const MAX_SERVERS = 256;
export const MAX_ENDPOINTS = 8;
/** Servers named as holders of one blob. */
export const MAX_REPLICAS = 32;
/** Studies on one page of the worklist. */
export const MAX_PAGE = 500;
/** Series of a study; instances and frame segments in one part of a manifest. */
export const MAX_SERIES = 20_000;
export const MAX_INSTANCES_PER_PART = 4096;
export const MAX_FRAMES_PER_PART = 65_536;
/** Windows of one instance, and characters of a palette (65,536 colours in base64). */
export const MAX_WINDOWS = 256;
export const MAX_PALETTE = 262_144;
/** VOI LUTs of one instance; entries of one table, and its characters (65,536 entries of 2 bytes in base64). */
export const MAX_VOI_LUTS = 64;
export const MAX_LUT_ENTRIES = 65_536;
export const MAX_LUT = 174_764;
/** Reasons why something of an instance is not applied. */
export const MAX_REASONS = 64;
/** Parts of an ultrasound image with a scale of their own. */
export const MAX_REGIONS = 32;
/** Numbers of a polygon's corners, two each. */
export const MAX_CORNERS = 2048;
/** Overlay planes of one instance. */
export const MAX_OVERLAYS = 128;
