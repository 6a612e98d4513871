// A decoding worker: takes levels in, hands pixels for the screen out, one message after the other.
import { loadCodec } from '@strata/codec/codec';
import { displayPixels } from './display-pixels.ts';
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

port.onmessage = async ({ data }) => {
  try {
    const { answer, transfer } = await answerTo(data);
    port.postMessage(answer, transfer);
  } catch (error) {
    port.postMessage({ type: 'refused', ...reasonOf(error) }, []);
  }
};

async function answerTo(message: ToWorker): Promise<{ answer: FromWorker; transfer: Transferable[] }> {
  const { frame } = message;
  const frames = await states;
  if (message.type === 'show') {
    const { level, pixels } = await shown(frames, frame, message.wish);
    return { answer: { type: 'shown', level, pixels }, transfer: [pixels.values.buffer] };
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

function reasonOf(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  return { code, message };
}
