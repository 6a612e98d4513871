// Levels that the kernels make as a whole, from their bytes and the level below: two calls and two copies a level.
//
// The level that was made last stays in the kernels' memory until they begin with something else, so that the next one
// and the pixels need no copy of it.
import type { DecoderState } from './decoder-state.ts';
import { STREAM_SLACK } from './entropy/level-decoder.ts';
import { currentTables } from './entropy/table-reader.ts';
import { SET_LENGTH } from './entropy/tables.ts';
import { refuseLevel } from './faults.ts';
import { type Pixels, sampleRange } from './format.ts';
import type { Header, Segment, TilePlace } from './header.ts';
import type { Kernels } from './kernels.ts';
import { levelSize } from './levels.ts';
import { planeCount } from './palette.ts';
import { placePalette } from './pixel-writer.ts';
import { levelGeometry, type Size } from './wavelet/geometry.ts';

/** Levels of more samples, but for level 0, are made a row of tiles at a time (`synthesis.ts`), in less memory. */
const MOST_SAMPLES = 2 ** 20;

const sizeOf = ({ format, levels }: Header, level: number): Size => ({
  width: levelSize(format.width, level, levels),
  height: levelSize(format.height, level, levels),
});

function fits(header: Header, level: number): boolean {
  const { width, height } = sizeOf(header, level);
  return width * height * header.format.samples <= MOST_SAMPLES;
}

/** The highest level that is made as a whole. */
export function topWholeLevel(header: Header): number {
  let { levels } = header;
  while (levels > 0 && !fits(header, levels)) levels--;
  return levels;
}

/** Pixels that share the memory of `from`, of the format's type. */
function typed({ format }: Header, from: ArrayBuffer): Pixels {
  if (format.bits <= 8) return format.signed ? new Int8Array(from) : new Uint8Array(from);
  return format.signed ? new Int16Array(from) : new Uint16Array(from);
}

/**
 * Numbers of states that were handed out, so that they are known when they come back. Not references to them, not even
 * weak ones, for those keep states until the script that is running ends, which may be a loop over a whole series.
 */
const numbers = new WeakMap<DecoderState, number>();
let handedOut = 0;

/** A frame in the kernels' memory, up to some level. */
export class WholeLevels {
  readonly #kernels: Kernels;
  readonly #header: Header;
  readonly #planes: 1 | 3;
  readonly #palette: number = 0;
  /** The number of the state that was handed out of the level in memory, if any. */
  #state: number | null = null;

  /** Begins the kernels' memory anew. @param top the highest level that will be made */
  constructor(kernels: Kernels, header: Header, top: number) {
    this.#kernels = kernels;
    this.#header = header;
    this.#planes = planeCount(header);
    const { format, levels } = header;
    const { width, height } = sizeOf(header, top);
    kernels.begin();
    const at = kernels.allocate(0);
    const bytes = width * height * format.samples * (format.bits <= 8 ? 1 : 2);
    const end = kernels.run.layFrame(at, format.width, format.height, this.#planes, levels, top, bytes);
    kernels.allocate((end >>> 0) - at);
    if (header.palette !== null) this.#palette = placePalette(kernels, format, header.palette);
  }

  /** Begins with tables and nothing else. */
  begin(): void {
    this.#kernels.run.beginTables();
  }

  /**
   * Makes a level; the one below is in memory.
   * @param body its bytes without header, as many as the header says
   * @throws CodecError 'bad-checksum', 'bad-segment'
   */
  make(level: number, body: Uint8Array): void {
    const { run } = this.#kernels;
    const { filter, segments, tiles } = this.#header;
    const places = tiles[level] ?? [];
    this.#state = null;
    const room = body.length + STREAM_SLACK;
    const at = this.#kernels.lend(body, STREAM_SLACK + 8 + places.length * 4);
    const ends = places.length > 0 ? Math.ceil((at + room) / 4) * 4 : 0;
    const first = places.length > 0 ? this.#placeTiles(level, places, ends) : 0;
    const { crc32c } = segments[level] as Segment;
    const fault = run.makeLevel(level, filter, at, body.length, crc32c, ends, first);
    refuseLevel(fault, level, () => {
      const { format, levels } = this.#header;
      return levelGeometry(format, levels, level).tiles[run.lastTile()] as { x: number; y: number };
    });
  }

  /** Says where the tiles of a level end in its bytes. @returns where the first begins */
  #placeTiles(level: number, places: readonly TilePlace[], ends: number): number {
    const { segments, headerLength } = this.#header;
    const begin = (segments[level] as Segment).offset + (level === 0 ? headerLength : 0);
    const room = new Uint32Array(this.#kernels.run.memory.buffer, ends, places.length);
    places.forEach(({ offset, length }, tile) => {
      room[tile] = offset - begin + length;
    });
    return (places[0] as TilePlace).offset - begin;
  }

  /** The tables of the level in memory. */
  tables(): Uint16Array<ArrayBuffer> {
    return currentTables(this.#kernels, SET_LENGTH * (this.#planes === 3 ? 2 : 1)).slice();
  }

  /** The pixels of the level in memory, which stays. */
  pixels(level: number): Pixels {
    const { run } = this.#kernels;
    const { format, offset, colour, palette } = this.#header;
    const { width, height } = sizeOf(this.#header, level);
    const { min, max } = sampleRange(format);
    const wide = format.bits > 8 ? 1 : 0;
    if (palette === null) {
      run.levelToSamples(level, format.samples, wide, Number(format.signed), offset, colour, min, max);
    } else {
      const last = palette.length / format.samples - 1;
      run.levelToEntries(level, format.samples, wide, offset, last, this.#palette);
    }
    const bytes = width * height * format.samples * (1 + wide);
    return typed(this.#header, this.#kernels.copy(run.outputAt(), bytes));
  }

  /** The state at a level below level L that is in memory, which stays. All of it shares one buffer. */
  state(level: number): DecoderState {
    const { run } = this.#kernels;
    const { width, height, bands } = levelGeometry(this.#header.format, this.#header.levels, level);
    const at = run.outputAt();
    const buffer = this.#kernels.copy(at, run.packLevel(level) - at);
    let offset = 0;
    const take = (count: number): Int16Array<ArrayBuffer> => {
      const lanes = new Int16Array(buffer, offset, count);
      offset += count * 2;
      return lanes;
    };
    const planes = Array.from({ length: this.#planes }, () => take(width * height));
    const details =
      level === 0 ? [] : planes.flatMap(() => bands.map((band) => take(band.width * band.height)));
    const tables = new Uint16Array(buffer, offset, SET_LENGTH * (this.#planes === 3 ? 2 : 1));
    const state = { level, planes, details, pixels: null, tables };
    this.#state = ++handedOut;
    numbers.set(state, this.#state);
    return state;
  }

  /** Whether a state of the frame is what lies in memory. */
  holds(header: Header, state: DecoderState): boolean {
    return this.#header === header && this.#state !== null && numbers.get(state) === this.#state;
  }

  /** Puts a state into memory. */
  load({ level, planes, details, tables }: DecoderState): void {
    const { run } = this.#kernels;
    const { buffer } = run.memory;
    let at = run.outputAt();
    for (const lanes of [...planes, ...details]) {
      new Int16Array(buffer, at, lanes.length).set(lanes);
      at += lanes.byteLength;
    }
    new Uint16Array(buffer, at, tables.length).set(tables);
    run.unpackLevel(level);
  }
}

/** The frame in the kernels' memory with a state in its place. It stays there as long as nothing else is begun. */
export function wholeLevelsAt(kernels: Kernels, header: Header, state: DecoderState | null): WholeLevels {
  const { occupant } = kernels;
  if (state !== null && occupant instanceof WholeLevels && occupant.holds(header, state)) return occupant;
  const levels = new WholeLevels(kernels, header, topWholeLevel(header));
  if (state === null) levels.begin();
  else levels.load(state);
  kernels.occupant = levels;
  return levels;
}
