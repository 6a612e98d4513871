// A decoding worker of the peers' page: OpenJPH for HTJ2K, nothing but taking the body apart for uncompressed pixels.

import wasmUrl from '@cornerstonejs/codec-openjph/wasm?url';
import startOpenJph from '@cornerstonejs/codec-openjph/wasmjs';
import type { Format, FromWorker, PeerPixels, ToWorker } from './messages.ts';

interface Port {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}
const port = globalThis as unknown as Port;

const starting = startOpenJph({ locateFile: () => wasmUrl });
const decoder = starting.then(({ HTJ2KDecoder }) => new HTJ2KDecoder());

port.onmessage = async ({ data: { id, bytes, skip, format } }) => {
  const body = new Uint8Array(bytes);
  const pixels = skip === null ? partOf(body, format) : decode(await decoder, body, skip, format);
  port.postMessage({ id, pixels }, [pixels.buffer]);
};

function decode(
  openJph: Awaited<typeof decoder>,
  coded: Uint8Array,
  skip: number,
  format: Format,
): PeerPixels {
  openJph.getEncodedBuffer(coded.length).set(coded);
  openJph.decodeSubResolution(skip);
  return pixelsOf(openJph.getDecodedBuffer().slice(), format);
}

/** The only part of a multipart body: between the first empty line and the closing boundary. */
function partOf(body: Uint8Array, format: Format): PeerPixels {
  let start = 0;
  while (start + 4 < body.length && !isBlankLine(body, start)) start++;
  const length = format.width * format.height * format.samples * (format.bits > 8 ? 2 : 1);
  return pixelsOf(body.slice(start + 4, start + 4 + length), format);
}

function isBlankLine(body: Uint8Array, at: number): boolean {
  return body[at] === 13 && body[at + 1] === 10 && body[at + 2] === 13 && body[at + 3] === 10;
}

function pixelsOf(bytes: Uint8Array<ArrayBuffer>, { bits, signed }: Format): PeerPixels {
  if (bits <= 8) return bytes;
  return signed ? new Int16Array(bytes.buffer) : new Uint16Array(bytes.buffer);
}
