// Hands the ready-made tables to new kernels, which read those of levels.
import type { WasmMemory } from '../webassembly.ts';
import { firstPrototypes, prototypes } from './prototypes.ts';
import { initialTables, SET_LENGTH } from './tables.ts';

/** Where they belong: see assembly/table-reader.ts. */
export interface ReadyTables {
  readonly memory: WasmMemory;
  prototypeRoom(): number;
  initialRoom(): number;
  firstPrototypeRoom(): number;
}

/** Gives new kernels the ready-made tables. */
export function placeReadyTables(run: ReadyTables): void {
  const { buffer } = run.memory;
  const frequencies = prototypes.flatMap((prototype) => Array.from(prototype));
  new Uint16Array(buffer, run.prototypeRoom(), frequencies.length).set(frequencies);
  new Uint16Array(buffer, run.initialRoom(), SET_LENGTH).set(initialTables(1));
  new Int32Array(buffer, run.firstPrototypeRoom(), firstPrototypes.length).set(firstPrototypes);
}
