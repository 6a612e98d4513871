// What the peers' page, its workers and the bench say to each other.

export interface Format {
  readonly width: number;
  readonly height: number;
  readonly samples: 1 | 3;
  readonly bits: number;
  readonly signed: boolean;
}

/** A frame as the page finds it in the index; see htj2k-files.ts. */
export interface PeerFrame {
  readonly url: string;
  readonly format: Format;
  readonly ends: readonly number[];
}

export type PeerPixels = Int16Array | Uint16Array | Uint8Array;

export interface ToWorker {
  readonly id: number;
  readonly bytes: ArrayBuffer;
  /** Levels to leave out; null for uncompressed pixels in a multipart body. */
  readonly skip: number | null;
  readonly format: Format;
}

export interface FromWorker {
  readonly id: number;
  readonly pixels: PeerPixels;
}

/** How far the page is, for the bench. */
export interface PeerState {
  frames: number;
  /** Frames decoded at the level that the viewport shows. */
  ready: number;
  /** Level on the screen, -1 for none; the level that it needs; the last one. */
  shown: number;
  needed: number;
  levels: number;
  error: string | null;
}
