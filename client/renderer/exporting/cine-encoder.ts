// What makes a film: told of pictures one by one, gives a file at the end.

export interface CineEncoder {
  /** Takes what is on the canvas; resolves when it can take more. */
  add(canvas: OffscreenCanvas): Promise<void>;
  /** The file. Nothing can be added afterwards. */
  finish(): Promise<Blob>;
  /** Ends it without a file. */
  cancel(): Promise<void>;
}

export interface FilmSize {
  readonly width: number;
  readonly height: number;
  /** Pictures per second. */
  readonly rate: number;
}
