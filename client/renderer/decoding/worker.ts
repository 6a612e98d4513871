// A decoding worker: takes levels in, hands pixels for the screen out, one answer after the other in the order of the messages.
import { loadCodec } from '@strata/codec/codec';
import { displayPixels, regionPixels } from './display-pixels.ts';
import { FrameStates } from './frame-states.ts';
import type { DisplayWish, FromWorker, ToWorker } from './messages.ts';

interface Port {
  readonly name: string;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}
const port = globalThis as unknown as Port;

/** Bytes of decoded states that this worker may keep: the page gives it the number for a name. */
const stateBytes = Number(port.name) || 128 * 2 ** 20;

const states = loadCodec().then((codec) => new FrameStates(codec, stateBytes));

let before: Promise<void> = Promise.resolve();

port.onmessage = ({ data }) => {
  const answering = answerTo(data).catch(refusal);
  before = before.then(async () => {
    const { answer, transfer } = await answering;
    port.postMessage(answer, transfer);
  });
};

interface Outcome {
  readonly answer: FromWorker;
  readonly transfer: Transferable[];
}

async function answerTo(message: ToWorker): Promise<Outcome> {
  const { frame } = message;
  const frames = await states;
  if (message.type === 'show') {
    const { level, pixels } = await shown(frames, frame, message.wish);
    return { answer: { type: 'shown', level, pixels }, transfer: [pixels.values.buffer] };
  }
  if (message.type === 'region') {
    const { level, region, recipe } = message.wish;
    const decoded = frames.region(frame, message.wish);
    const pixels = regionPixels(decoded, level, region, recipe);
    return { answer: { type: 'region', pixels }, transfer: [pixels.values.buffer] };
  }
  const forgotten = frames.add(frame, message.levels);
  if (!message.wish) {
    return { answer: { type: 'added', level: frames.level(frame), pixels: null, forgotten }, transfer: [] };
  }
  const { level, pixels } = await shown(frames, frame, message.wish);
  return { answer: { type: 'added', level, pixels, forgotten }, transfer: [pixels.values.buffer] };
}

async function shown(frames: FrameStates, frame: string, { recipe, size }: DisplayWish) {
  const { pixels, format, level, lastLevel } = await frames.get(frame);
  return { level, pixels: displayPixels(pixels, format, { level, levels: lastLevel }, recipe, size) };
}

function refusal(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  return { answer: { type: 'refused', code, message }, transfer: [] };
}
