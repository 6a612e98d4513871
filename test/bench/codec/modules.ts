// The WebAssembly builds of the reference libraries, as peers to measure against.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned: boolean;
  readonly isUsingColorTransform?: boolean;
}

export interface PeerEncoder {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  encode(): void;
  setDecompositions(levels: number): void;
  setProgressionOrder(order: number): void;
  setQuality(lossless: boolean, step: number): void;
  setTilePartDivisionsAtResolutions(divide: boolean): void;
  setNearLossless(difference: number): void;
  setInterleaveMode(mode: number): void;
}

export interface PeerDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  decodeSubResolution(level: number): void;
}

export type PeerModule = Record<string, new () => PeerEncoder & PeerDecoder>;

export type PeerName = 'openjph' | 'openjpeg' | 'charls';

const files: Record<PeerName, { script: string; binary: string }> = {
  openjph: { script: '@cornerstonejs/codec-openjph', binary: '@cornerstonejs/codec-openjph/wasm' },
  openjpeg: { script: '@cornerstonejs/codec-openjpeg/wasmjs', binary: '@cornerstonejs/codec-openjpeg/wasm' },
  charls: { script: '@cornerstonejs/codec-charls/wasmjs', binary: '@cornerstonejs/codec-charls/wasm' },
};

const require = createRequire(import.meta.url);

/** A new instance of a library; it says nothing on the console. */
export async function loadPeer(name: PeerName): Promise<PeerModule> {
  const { script, binary } = files[name];
  const start = require(script) as (options: {
    wasmBinary: Uint8Array;
    print: () => void;
    printErr: () => void;
  }) => Promise<PeerModule>;
  const wasmBinary = readFileSync(require.resolve(binary));
  return start({ wasmBinary, print: () => {}, printErr: () => {} });
}

/** An encoder or decoder of a library. */
export function part(module: PeerModule, name: string): PeerEncoder & PeerDecoder {
  const Part = module[name];
  if (!Part) throw new Error(`the peer has no ${name}`);
  return new Part();
}
