// The frequency tables of a level by way of the kernels, which read them and keep those of the last level.
import { refuseTables } from '../faults.ts';
import type { Kernels } from '../kernels.ts';
import { SET_LENGTH } from './tables.ts';

/** No tables take as many bytes. */
const LONGEST = 16_384;
/** What may be looked at after the end of the tables. */
const SLACK = 64;

/** The frequencies that the kernels keep, of so many tables; a view. */
export function currentTables({ run }: Kernels, length: number): Uint16Array<ArrayBuffer> {
  return new Uint16Array(run.memory.buffer, run.frequencies(), length);
}

/** Makes the decode tables from frequencies; those that are there from before stay. */
export function placeTables(kernels: Kernels, tables: Uint16Array): void {
  currentTables(kernels, tables.length).set(tables);
  kernels.run.placeTables(tables.length / SET_LENGTH);
}

/**
 * Reads the tables at the start of a level's bytes.
 * @param previous the tables of the level below, which stay as they are
 * @returns the tables of this level and how many bytes they took
 * @throws CodecError 'bad-segment'
 */
export function readTables(
  kernels: Kernels,
  bytes: Uint8Array,
  previous: Uint16Array,
): { tables: Uint16Array<ArrayBuffer>; length: number } {
  const { run } = kernels;
  const own = bytes.subarray(0, LONGEST);
  const at = kernels.lend(own, SLACK);
  currentTables(kernels, previous.length).set(previous);
  run.forgetFaults();
  const end = run.readTables(at, at + own.length, previous.length / SET_LENGTH);
  refuseTables(run.fault());
  return { tables: currentTables(kernels, previous.length).slice(), length: end - at };
}
