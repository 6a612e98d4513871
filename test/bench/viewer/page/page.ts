// A minimal page on Cornerstone3D that shows a study from a plain file server (HTJ2K by byte ranges) or by WADO-RS: the
// first image alone and at once, then all others at the level that the viewport shows, six requests at a time.
import {
  Enums,
  imageLoader,
  init,
  metaData,
  RenderingEngine,
  type Types,
  utilities,
} from '@cornerstonejs/core';
import type { Format, FromWorker, PeerFrame, PeerPixels, PeerState, ToWorker } from './messages.ts';

/** As many as a browser opens to one server by HTTP/1.1. */
const atATime = 6;

const state: PeerState = { frames: 0, ready: 0, shown: -1, needed: 0, levels: 0, error: null };
const shownNow = { level: -1 };
const element = document.querySelector<HTMLDivElement>('#viewport') as HTMLDivElement;
const images = new Map<string, Types.IImage>();
const formats = new Map<string, { format: Format; width: number; height: number }>();
const decoders = startWorkers(Math.max(1, Math.min(6, (navigator.hardwareConcurrency || 2) - 1)));

await init({ rendering: { webGlContextCount: 1 }, debug: {} });
const engine = new RenderingEngine('bench');
engine.enableElement({ viewportId: 'main', type: Enums.ViewportType.STACK, element });
const viewport = engine.getViewport('main') as Types.IStackViewport;
metaData.addProvider(planeOf, 10_000);
imageLoader.registerImageLoader('peer', (imageId) => ({
  promise: Promise.resolve(images.get(imageId) as Types.IImage) as never,
}));
element.addEventListener(Enums.Events.IMAGE_RENDERED, () => {
  state.shown = Math.max(state.shown, shownNow.level);
});

/** Opens a study: from the list of its frames to all of them decoded. */
async function open(index: string): Promise<void> {
  const frames: PeerFrame[] = await (await fetch(index, { cache: 'no-store' })).json();
  const [first, ...others] = frames;
  if (!first) return;
  state.frames = frames.length;
  state.levels = Math.max(0, first.ends.length - 1);
  state.needed = neededOf(first);
  await load(first, 0, state.needed);
  const queue = others.entries();
  const work = async () => {
    for (const [at, frame] of queue) await load(frame, at + 1, neededOf(frame));
  };
  await Promise.all(Array.from({ length: atATime }, work));
}

/** Fetches the rest of the first frame and shows it at its full level. */
async function sharpen(index: string): Promise<void> {
  const [first] = (await (await fetch(index, { cache: 'no-store' })).json()) as PeerFrame[];
  if (first) await load(first, 0, first.ends.length - 1);
}

const fetched = new Map<string, Uint8Array<ArrayBuffer>>();

async function load(frame: PeerFrame, at: number, level: number): Promise<void> {
  const end = frame.ends[level];
  const before = fetched.get(frame.url) ?? new Uint8Array(0);
  const headers: Record<string, string> =
    end === undefined
      ? { accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*' }
      : { range: `bytes=${before.length}-${end - 1}` };
  const answer = await fetch(frame.url, { headers, cache: 'no-store' });
  if (!answer.ok) throw new Error(`${frame.url}: ${answer.status}`);
  const more = new Uint8Array(await answer.arrayBuffer());
  const bytes = new Uint8Array(before.length + more.length);
  bytes.set(before);
  bytes.set(more, before.length);
  if (end !== undefined && at === 0) fetched.set(frame.url, bytes.slice());
  const skip = end === undefined ? null : frame.ends.length - 1 - level;
  const pixels = await decoders({ bytes: bytes.buffer, skip, format: frame.format });
  keep(frame, pixels, skip ?? 0, level);
  if (at === 0) show(frame.url, level);
  if (before.length === 0) state.ready++;
}

function keep({ url, format }: PeerFrame, pixels: PeerPixels, skip: number, level: number): void {
  const id = `peer:${url}/${level}`;
  const width = Math.ceil(format.width / 2 ** skip);
  const height = Math.ceil(format.height / 2 ** skip);
  formats.set(id, { format, width, height });
  images.set(id, imageOf(id, pixels, format, width, height));
}

function show(url: string, level: number): void {
  shownNow.level = level;
  void viewport.setStack([`peer:${url}/${level}`]).then(() => viewport.render());
}

/** The smallest level whose pixels are not larger than the screen's, as Strata chooses it. */
function neededOf({ format, ends }: PeerFrame): number {
  const levels = Math.max(0, ends.length - 1);
  const { clientWidth, clientHeight } = element;
  const scale = Math.min(clientWidth / format.width, clientHeight / format.height) * devicePixelRatio;
  return Math.max(0, Math.min(levels, levels - Math.floor(Math.log2(1 / scale) + 1e-6)));
}

function imageOf(
  imageId: string,
  values: PeerPixels,
  format: Format,
  columns: number,
  rows: number,
): Types.IImage {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const spacing = format.width / columns;
  const colour = format.samples === 3;
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    scalarData: values,
    width: columns,
    height: rows,
    numberOfComponents: format.samples,
  });
  return {
    ...{ imageId, rows, columns, width: columns, height: rows, voxelManager },
    ...{ rowPixelSpacing: spacing, columnPixelSpacing: spacing, slope: 1, intercept: 0, invert: false },
    ...{
      minPixelValue: low,
      maxPixelValue: high,
      windowCenter: (low + high) / 2,
      windowWidth: high - low || 2,
    },
    ...{ voiLUTFunction: 'LINEAR', color: colour, rgba: false, numberOfComponents: format.samples },
    ...{ photometricInterpretation: colour ? 'RGB' : 'MONOCHROME2', sizeInBytes: values.byteLength },
    ...{ dataType: values.constructor.name, preScale: { enabled: true, scaled: true } },
    getPixelData: () => values,
    getCanvas: () => {
      throw new Error('WebGL only');
    },
  } as unknown as Types.IImage;
}

function planeOf(type: string, imageId: unknown): unknown {
  const known = typeof imageId === 'string' ? formats.get(imageId) : undefined;
  if (!known) return undefined;
  const { format, width, height } = known;
  const spacing = format.width / width;
  if (type === 'generalSeriesModule') return { modality: 'OT' };
  if (type === 'imagePixelModule') {
    return { bitsAllocated: 16, bitsStored: 16, highBit: 15, samplesPerPixel: 1, pixelRepresentation: 1 };
  }
  if (type !== 'imagePlaneModule') return undefined;
  return {
    ...{ columns: width, rows: height, pixelSpacing: [spacing, spacing] },
    ...{ rowPixelSpacing: spacing, columnPixelSpacing: spacing, imagePositionPatient: [0, 0, 0] },
    ...{ imageOrientationPatient: [1, 0, 0, 0, 1, 0], rowCosines: [1, 0, 0], columnCosines: [0, 1, 0] },
    frameOfReferenceUID: 'bench',
  };
}

/** @returns what has one frame decoded by the worker that is free first */
function startWorkers(count: number): (job: Omit<ToWorker, 'id'>) => Promise<PeerPixels> {
  const waiting = new Map<number, (pixels: PeerPixels) => void>();
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const seat = { worker, jobs: 0 };
    worker.onmessage = ({ data: { id, pixels } }: MessageEvent<FromWorker>) => {
      seat.jobs--;
      waiting.get(id)?.(pixels);
      waiting.delete(id);
    };
    return seat;
  });
  let next = 0;
  return (job) => {
    const seat = workers.reduce((least, one) => (one.jobs < least.jobs ? one : least));
    seat.jobs++;
    const id = next++;
    seat.worker.postMessage({ ...job, id } satisfies ToWorker, [job.bytes]);
    return new Promise((resolve) => waiting.set(id, resolve));
  };
}

const failed = (error: unknown) => {
  state.error = String(error);
};
// A first job, so that the decoder is compiled and started before the clock is.
await decoders({
  bytes: new ArrayBuffer(8),
  skip: null,
  format: { width: 1, height: 1, samples: 1, bits: 8, signed: false },
});
Object.assign(globalThis, {
  peer: {
    state,
    open: (index: string) => void open(index).catch(failed),
    sharpen: (index: string) => void sharpen(index).catch(failed),
  },
});
