// `window.strata`: what the page shows, as plain data, for tests and for people with a console.
//
//   page           'worklist' or 'study'
//   connection     'connecting', 'connected' or 'reconnecting'
//   bytesReceived  payload bytes that came over the network since the page was opened
//   worklist       { state: 'first' | 'stale' | 'current' | 'failed', total }
//   study          { uid, state: 'loading' | 'open' | 'failed', series, message }
//   image          of the active viewport, see ImageState; null when no image is open
//   layout         { rows, columns, maximised, active: index of the active viewport }
//   together       whether viewports scroll together; cine: images per second that are played, 0 for none;
//                  hanging: name of the protocol; priors: how many other studies the patient has
//   report         of the panel: { open, state, versions (stages, newest first), draft, behind, problem }
//   reformat       the volume that is shown
//   measurements   see MeasurementState; planeMeasurements: of planes, see PlaneMeasurementState
//   saving         { state, unsaved, author, unread } of measurements
//   uploads        { state, figures, refused, studies } of what is being stored from this page
//   download       { state, figures, missing } of original files that are downloaded
//   viewports      ImageState or null of each, row by row
import { effect } from '@preact/signals';
import { clientStats, connectionState } from './connection.ts';

/** What the viewport shows. */
export interface ImageState {
  series: string;
  /** 1 for the first image; `count` images in all. */
  number: number;
  count: number;
  /** Level on the screen, -1 for none yet, of L (`levels`); `needed` is the level that the screen can show. */
  level: number;
  levels: number;
  needed: number;
  /** Whether what is visible is as sharp as the level needed, though the image as a whole is not. */
  isPart: boolean;
  /** Number of the image on the screen: another than `number` while the wanted one has no pixels yet. */
  shown: number | null;
  /** Images with at least the coarse levels, and at the level needed, decoded or received. */
  coarse: number;
  refined: number;
  /** Images whose pixels are in memory at the level needed, and the bytes of all pixels in memory. */
  ready: number;
  pixelBytes: number;
  /** Levels received per image, -1 for none. */
  received: readonly number[];
  window: { centre: number; width: number };
  /** Explanation of the VOI LUT in place of the window; null for the window. */
  lut: string | null;
  /** Overlay planes drawn over the image. */
  overlays: number;
  /** Whether a shutter covers some of the image. */
  shutter: boolean;
  /** Title of the presentation state that is applied; null for none. */
  state: string | null;
  inverted: boolean;
  /** CSS pixels per image pixel. */
  zoom: number;
  /** Matrix from image pixels to CSS pixels of the viewport; null while nothing is shown. */
  place: readonly number[] | null;
  turn: { rotation: number; mirrored: boolean };
  tool: string;
  error: string | null;
}

/** Something drawn and what it measures. */
interface MeasurementState {
  uid: string;
  tool: string;
  text: string;
  /** Columns and rows; whole numbers are the middles of pixels. */
  points: readonly { x: number; y: number }[];
  figures: readonly { name: string; value: number; unit: string; quantity?: string }[];
  /** Why lengths may not be those in the patient. */
  note: string;
  /** The level that the figures come from while that is not the full one. */
  provisional: { level: number; levels: number } | null;
  series: string;
  /** Of the image in its series, from 1. */
  number: number;
}

/** Something drawn in a plane through a volume. */
interface PlaneMeasurementState
  extends Pick<MeasurementState, 'uid' | 'tool' | 'figures' | 'provisional' | 'series'> {
  plane: string;
  /** Millimetres, patient coordinates. */
  points: readonly (readonly [number, number, number])[];
  /** What its values are looked at through. */
  slab: { millimetres: number; kind: string } | null;
}

/** How a plane lies on the screen: millimetres, patient coordinates; CSS pixels per millimetre. */
interface PlaneLookState {
  origin: readonly [number, number, number];
  right: readonly [number, number, number];
  down: readonly [number, number, number];
  scale: number;
}

/** What is downloaded: see downloading/downloads.ts. */
interface DownloadShown {
  state: string;
  figures: { files: number; written: number; servers: readonly (readonly [string, number])[] };
  missing: readonly { name: string; code: string }[];
}

/** What is being stored: see uploading/uploads.ts. */
interface UploadsShown {
  state: string;
  figures: {
    files: number;
    bytes: number;
    sentBytes: number;
    stored: number;
    already: number;
    refused: number;
  };
  refused: readonly { name: string; code: string }[];
  studies: readonly string[];
}

export interface StrataState {
  page: 'worklist' | 'study';
  connection: string;
  bytesReceived: number;
  worklist: { state: string; total: number } | null;
  study: { uid: string; state: string; series: number; message: string } | null;
  image: ImageState | null;
  layout: { rows: number; columns: number; maximised: boolean; active: number } | null;
  viewports: readonly (ImageState | null)[];
  measurements: readonly MeasurementState[];
  planeMeasurements: readonly PlaneMeasurementState[];
  /** Of measurements: what is not saved, who saved last, what is saved and not shown. */
  saving: { state: string; unsaved: number; author: string | null; unread: number };
  report: {
    open: boolean;
    state: string;
    versions: readonly string[];
    draft: boolean;
    behind: boolean;
    problem: string | null;
  } | null;
  /** The volume that is shown: images there, at full level, of how many; null for none. */
  reformat: {
    problem: string;
    notes: readonly string[];
    slab: number;
    window: { centre: number; width: number } | null;
    inverted: boolean;
    tool: string;
    /** The plane that has all the room. */
    large: string | null;
    looks: Readonly<Record<string, PlaneLookState>>;
    any: number;
    full: number;
    of: number;
  } | null;
  /** Images that are marked as key images here, how many of others are, and how far saving is. */
  keyImages: { own: number; others: number; state: string };
  /** Presentation states of the study, and whether one is being saved. */
  states: { count: number; saving: boolean };
  together: boolean;
  cine: number;
  hanging: string;
  priors: number;
  /** What is being stored from this page; null before the page has started. */
  uploads: UploadsShown | null;
  /** The download of original files; null before the page has started. */
  download: DownloadShown | null;
}

declare global {
  interface Window {
    strata: StrataState;
  }
}

/** Makes the state object. Called once, when the page starts. */
export function startDebugState(): void {
  window.strata = {
    page: 'worklist',
    connection: 'connecting',
    bytesReceived: 0,
    worklist: null,
    study: null,
    image: null,
    layout: null,
    viewports: [],
    measurements: [],
    planeMeasurements: [],
    saving: { state: 'idle', unsaved: 0, author: null, unread: 0 },
    report: null,
    reformat: null,
    keyImages: { own: 0, others: 0, state: 'saved' },
    states: { count: 0, saving: false },
    together: false,
    cine: 0,
    hanging: '',
    priors: 0,
    uploads: null,
    download: null,
  };
  effect(() => {
    window.strata.connection = connectionState.value;
    window.strata.bytesReceived = clientStats.value?.payloadBytes ?? 0;
  });
}

/** Changes some of what `window.strata` says. */
export function publishState(change: Partial<StrataState>): void {
  Object.assign(window.strata, change);
}
