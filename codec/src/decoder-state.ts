// What a decoder knows after some level: plain data that can be cloned, transferred and kept.

import { SET_LENGTH } from './entropy/tables.ts';
import { CodecError } from './errors.ts';
import type { Pixels } from './format.ts';
import type { Header } from './header.ts';
import { planeCount } from './palette.ts';
import { levelGeometry } from './wavelet/geometry.ts';

/** Enough to go on from a level to the next. Treat as opaque; only `level` is meant for others. */
export interface DecoderState {
  /** The level that was decoded last. */
  readonly level: number;
  /** Per sample the level's picture as 16-bit lanes, row by row; none at level L. */
  readonly planes: readonly Int16Array<ArrayBuffer>[];
  /** Per sample the level's detail bands (HL, LH, HH), which help to decode those above; none at level 0 and L. */
  readonly details: readonly Int16Array<ArrayBuffer>[];
  /** At level L the pixels of the frame, below it null. */
  readonly pixels: Pixels | null;
  /** The frequency tables of the level. */
  readonly tables: Uint16Array;
}

/** The buffers of a state, to be transferred with it. */
export function stateBuffers(state: DecoderState): ArrayBuffer[] {
  const { planes, details, pixels, tables } = state;
  const arrays = [...planes, ...details, ...(pixels ? [pixels] : []), tables];
  return [...new Set(arrays.map((array) => array.buffer as ArrayBuffer))];
}

/** Throws CodecError 'bad-state' unless the state fits the frame. */
export function checkState(header: Header, state: DecoderState): void {
  const refuse = (): never => {
    throw new CodecError(
      'bad-state',
      'the decoder state belongs to another frame, or its buffers were given away',
    );
  };
  const { level } = state;
  if (!Number.isInteger(level) || level < 0 || level > header.levels) refuse();
  const { samples } = header.format;
  const planes = planeCount(header);
  const { width, height, bands } = levelGeometry(header.format, header.levels, level);
  const full = level === header.levels;
  const details = level === 0 || full ? [] : bands;
  if ((state.pixels?.length ?? -1) !== (full ? width * height * samples : -1)) refuse();
  if (state.planes.length !== (full ? 0 : planes) || state.details.length !== planes * details.length)
    refuse();
  if (state.tables.length !== SET_LENGTH * (planes === 3 ? 2 : 1)) refuse();
  for (const plane of state.planes) if (plane.length !== width * height) refuse();
  state.details.forEach((detail, index) => {
    const band = details[index % details.length];
    if (band === undefined || detail.length !== band.width * band.height) refuse();
  });
}
