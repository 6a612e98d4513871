// Tables in the kernels' memory while a frame is encoded: chosen for each level, put back where a level does without.
import type { Kernels } from '../kernels.ts';
import { TOTAL } from './frequencies.ts';
import { firstPrototypes, prototypes } from './prototypes.ts';
import { initialTables, SET_LENGTH } from './tables.ts';

/** Bits that a token of frequency 0 takes: more than anything, and yet none times that is none. */
const NEVER = 1e30;
/** Contexts and tokens of two sets, as events count them. */
const MODELS = 4096;

/** What the kernels know of the prototypes: see `setPrototypes` in codec/assembly. */
const prototypeData: Uint8Array = (() => {
  const cost = (frequency: number): number => (frequency === 0 ? NEVER : Math.log2(TOTAL / frequency));
  const costs = Float32Array.from({ length: TOTAL + 4 }, (_, frequency) => cost(frequency));
  const frequencies = Uint16Array.from(prototypes.flatMap((prototype) => Array.from(prototype)));
  const own = Float32Array.from(frequencies, cost);
  const parts = [costs, own, frequencies, Uint8Array.from(firstPrototypes)];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer), at);
    at += part.byteLength;
  }
  return bytes;
})();

/** The tables of the frame being encoded; all numbers are places in memory but `sets`. */
export interface Tables {
  readonly sets: number;
  readonly frequencies: number;
  readonly below: number;
  /** What the rANS encoder goes by. */
  readonly models: number;
  /** Where the choice is written. */
  readonly bytes: number;
}

/** Allocates tables as they are before the first level. */
export function prepareTables(kernels: Kernels, sets: number): Tables {
  const data = kernels.allocate(prototypeData.length);
  const length = sets * SET_LENGTH * 2;
  const tables: Tables = {
    sets,
    frequencies: kernels.allocate(length),
    below: kernels.allocate(length),
    models: kernels.allocate(MODELS * 4),
    // More than all weights of all contexts take.
    bytes: kernels.allocate(sets * SET_LENGTH * 4),
  };
  kernels.bytes(data, prototypeData.length).set(prototypeData);
  kernels.run.setPrototypes(data);
  setTables(kernels, tables, initialTables(sets));
  return tables;
}

/** Puts tables in place. */
export function setTables(kernels: Kernels, { frequencies, sets, models }: Tables, to: Uint16Array): void {
  new Uint16Array(kernels.run.memory.buffer, frequencies, to.length).set(to);
  kernels.run.fillModels(frequencies, sets, models);
}

/**
 * Chooses the tables of a level: new ones where they save more than they take.
 * @param histogram counts by set, context and token, in the kernels' memory; 32 contexts of 64 tokens a set
 * @returns the level's first bytes
 */
export function chooseTables(kernels: Kernels, tables: Tables, histogram: number): Uint8Array {
  const { sets, frequencies, below, models, bytes } = tables;
  const length = kernels.run.chooseTables(histogram, sets, frequencies, below, models, bytes);
  return kernels.bytes(bytes, length).slice();
}

/** Puts the tables of the level below back: this one is not coded with any. */
export function keepTables(kernels: Kernels, { sets, frequencies, below, models }: Tables): void {
  const length = sets * SET_LENGTH * 2;
  kernels.bytes(frequencies, length).set(kernels.bytes(below, length));
  kernels.run.fillModels(frequencies, sets, models);
}
