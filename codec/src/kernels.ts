// The WebAssembly kernels with the memory they work in: an arena that every call begins anew.
import { kernels as base64 } from '../build/kernels.ts';
import { placeReadyTables, type ReadyTables } from './entropy/ready-tables.ts';
import { CodecError } from './errors.ts';
import { type WasmModule, wasm } from './webassembly.ts';

/** The exports of codec/assembly/index.ts; pointers and strides are bytes. */
export interface KernelExports extends ReadyTables {
  workStart(): number;
  forward(...args: number[]): number;
  inverse(...args: number[]): void;
  estimateBits(band: number, stride: number, width: number, height: number): number;
  predictionErrors(plane: number, errors: number, stride: number, width: number, height: number): void;
  undoPrediction(plane: number, stride: number, width: number, height: number): void;
  crc32c(at: number, length: number): number;
  frequencies(): number;
  beginTables(): void;
  readTables(at: number, end: number, sets: number): number;
  placeTables(sets: number): void;
  fault(): number;
  forgetFaults(): void;
  levelRoom(): number;
  decodeTile(x: number, y: number, at: number, end: number): number;
  layFrame(...args: number[]): number;
  makeLevel(...args: number[]): number;
  lastTile(): number;
  outputAt(): number;
  packLevel(level: number): number;
  unpackLevel(level: number): void;
  levelToSamples(...args: number[]): void;
  levelToEntries(...args: number[]): void;
  encodeEvents(events: number, eventsEnd: number, models: number, lanes: number, end: number): number;
  encodeBand(...args: number[]): void;
  beginEvents(events: number, histogram: number): void;
  eventsEnd(): number;
  magnitudeBits(): number;
  sumCounts(): void;
  setPrototypes(data: number): void;
  fillModels(tables: number, sets: number, models: number): void;
  chooseTables(...args: number[]): number;
  writeRepeats(...args: number[]): number;
  findStep(block: number, stride: number, width: number, height: number): number;
  nonZeros(block: number, stride: number, width: number, height: number): number;
  takeSteps(block: number, stride: number, width: number, height: number, code: number): void;
  undoSteps(block: number, stride: number, width: number, height: number, code: number): void;
  beginBits(at: number): void;
  endBits(): number;
  packBand(band: number, stride: number, width: number, height: number, bits: number): void;
  compactRows(from: number, stride: number, bytes: number, rows: number, to: number): void;
  clearPadding(plane: number, stride: number, bytes: number, rows: number): void;
  sampleRange(samples: number, count: number, wide: number, signed: number): number;
  markValues(samples: number, count: number, wide: number, marks: number): void;
  listValues(marks: number, low: number, high: number, mask: number, list: number, most: number): number;
  listColours(slots: number, list: number): void;
  numberValues(samples: number, count: number, wide: number, numbers: number, to: number): void;
  findColours(samples: number, count: number, slots: number, most: number): number;
  numberColours(samples: number, count: number, slots: number, numbers: number, to: number): void;
  numbersToSamples(...args: number[]): void;
  samplesToPlanes(...args: number[]): void;
  planesToSamples(...args: number[]): void;
}

const PAGE = 65_536;
/** Memory above this is given back after the call that needed it. */
const KEPT_BYTES = 128 * 2 ** 20;
/** What a kernel may read after the last thing in memory. */
const SLACK = 4096;

let compiled: Promise<WasmModule> | undefined;

/** The compiled kernels; compiled once however many codecs are loaded. */
export function compileKernels(): Promise<WasmModule> {
  compiled ??= wasm.compile(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  return compiled;
}

/**
 * An instance of the kernels. Its memory is laid out from the start by each call (`begin`, then `allocate`), grows to
 * what the largest call needed, and is dropped as a whole (`end`) when that was more than 128 MiB.
 */
export class Kernels {
  readonly #module: WasmModule;
  #exports: KernelExports;
  #top = 0;
  /** Whose data lies in memory, for who put it there; null when nobody's does any more. */
  occupant: object | null = null;

  constructor(module: WasmModule) {
    this.#module = module;
    this.#exports = this.#instantiate();
    this.begin();
  }

  #instantiate(): KernelExports {
    const abort = (): never => {
      throw new CodecError('bad-state', 'the codec kernels stopped; this is a bug in Strata');
    };
    const { exports } = new wasm.Instance(this.#module, { env: { abort } });
    const run = exports as unknown as KernelExports;
    placeReadyTables(run);
    return run;
  }

  get run(): KernelExports {
    return this.#exports;
  }

  /** Forgets everything in memory. */
  begin(): void {
    this.#top = this.#exports.workStart();
    this.occupant = null;
  }

  /** Gives memory back when the call needed unusually much. */
  end(): void {
    if (this.#exports.memory.buffer.byteLength > KEPT_BYTES) {
      this.#exports = this.#instantiate();
      this.begin();
    }
  }

  /**
   * Room for `bytes`, aligned to 64. Not cleared. Views taken before are no longer valid afterwards.
   * @throws CodecError 'unsupported' when the frame needs more than WebAssembly can have (4 GiB) or the machine has
   */
  allocate(bytes: number): number {
    const at = Math.ceil(this.#top / 64) * 64;
    const { memory } = this.#exports;
    const missing = at + bytes + SLACK - memory.buffer.byteLength;
    if (missing > 0) {
      try {
        memory.grow(Math.ceil(missing / PAGE));
      } catch (cause) {
        const size = Math.ceil((at + bytes) / 2 ** 20);
        throw new CodecError('unsupported', `this frame needs ${size} MiB of memory at once`, { cause });
      }
    }
    this.#top = at + bytes;
    return at;
  }

  /** Brings bytes to where the next `allocate` will be, with room for `slack` more after them. */
  lend(bytes: Uint8Array, slack = 0): number {
    const top = this.#top;
    const at = this.allocate(bytes.length + slack);
    this.#top = top;
    this.bytes(at, bytes.length).set(bytes);
    return at;
  }

  /** Where the next allocation may begin. */
  get top(): number {
    return this.#top;
  }

  /** Gives back what was allocated since `top` was that. */
  release(top: number): void {
    this.#top = top;
  }

  /** The CRC-32C of bytes outside, by way of the memory that the next `allocate` would give. */
  crc32c(bytes: Uint8Array): number {
    return this.#exports.crc32c(this.lend(bytes), bytes.length) >>> 0;
  }

  /** A view of memory, valid until the next `allocate`. */
  bytes(at: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#exports.memory.buffer, at >>> 0, length);
  }

  /** A copy of bytes. @throws CodecError 'unsupported' when there is no memory for it */
  copy(at: number, length: number): ArrayBuffer {
    const from = at >>> 0;
    try {
      return this.#exports.memory.buffer.slice(from, from + length);
    } catch (cause) {
      throw new CodecError('unsupported', `no memory for ${length} bytes`, { cause });
    }
  }

  /** A copy of 16-bit lanes. @throws CodecError 'unsupported' when there is no memory for it */
  lanes(at: number, count: number): Int16Array<ArrayBuffer> {
    return new Int16Array(this.copy(at, count * 2));
  }
}
