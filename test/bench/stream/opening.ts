// What one opening of a series took, whoever served it.

export interface Opening {
  /** Milliseconds from the click to the first image, and to the last, at display level. */
  readonly first: number;
  readonly all: number;
  readonly images: number;
  /** Bytes of pixels as they travelled. */
  readonly bytes: number;
}

/** A click: which series, and when, in milliseconds from the start. */
export interface Click {
  readonly series: number;
  readonly at: number;
}

/** What a worker is to do. */
export interface Orders {
  readonly protocol: 'strata' | 'wado';
  readonly port: number;
  readonly clicks: readonly Click[];
  readonly series: readonly { study: string; series: string; instances: readonly string[] }[];
  /** Longer side of the display, in pixels. */
  readonly display: number;
  /** Of WADO-RS: the Accept header, whether gzip is taken, and connections of this worker. */
  readonly accept: string;
  readonly gzip: boolean;
  readonly connections: number;
}

export interface Report {
  readonly openings: Opening[];
  readonly failures: string[];
  /** Milliseconds of processor time that the measuring side took. */
  readonly cpu: number;
}
