// A decoding worker: takes levels in, hands pixels for the screen out, one message after the other.
import { loadCodec } from '@strata/codec/codec';
import { displayPixels } from './display-pixels.ts';
import { FrameStates } from './frame-states.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Of decoded states per worker; a 512 x 512 image takes about 1 MiB at full level. */
const stateBytes = 192 * 2 ** 20;

interface Port {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}
const port = globalThis as unknown as Port;

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
  if (message.type === 'add') {
    const forgotten = await frames.add(frame, message.level, message.bytes);
    return { answer: { type: 'added', level: message.level, forgotten }, transfer: [] };
  }
  const { pixels, format, level, lastLevel } = frames.get(frame);
  const { recipe, size } = message.wish;
  const shown = displayPixels(pixels, format, { level, levels: lastLevel }, recipe, size);
  return { answer: { type: 'shown', level, pixels: shown }, transfer: [shown.values.buffer] };
}

function reasonOf(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  return { code, message };
}
