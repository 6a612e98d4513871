// A slow decoder in plain TypeScript, written from FORMAT.md alone and apart from the kernels, to prove that page right.
// It trusts its input: it is for codestreams that an encoder wrote.
import { at, type Band, Bits, decodeTile, type Table, tableOf } from './plain-entropy.ts';

const PROTOTYPES_START = /^ *\d+ ([0-9a-zA-H]+)$/;
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH';

/** Appendix A as it stands in FORMAT.md. */
export interface Appendix {
  readonly first: readonly number[];
  readonly prototypes: readonly (readonly number[])[];
}

/** Reads appendix A from the text of FORMAT.md. */
export function readAppendix(text: string): Appendix {
  const appendix = text.slice(text.indexOf('## Appendix A'));
  const first = (/^F = (.*)$/m.exec(appendix)?.[1] ?? '').split(' ').map(Number);
  const rows = appendix.split('\n').map((line) => PROTOTYPES_START.exec(line)?.[1]);
  const prototypes = rows
    .filter((row) => row !== undefined)
    .map((row) => [...row].map((d) => DIGITS.indexOf(d)));
  return { first, prototypes };
}

const lane = (value: number): number => (value << 16) >> 16;

/** Section 6: joins low (even) and high (odd) samples of a line. */
function join(low: readonly number[], high: readonly number[], filter: number): number[] {
  const n = low.length + high.length;
  const line = Array.from({ length: n }, (_, i) => at(i & 1 ? high : low, i >> 1));
  const x = (i: number): number => {
    let index = i < 0 ? -i : i;
    if (index >= n) index = 2 * (n - 1) - index;
    return at(line, Math.max(index, 0));
  };
  for (let i = 0; filter !== 2 && i < n; i += 2) line[i] = lane(x(i) - (lane(x(i - 1) + x(i + 1) + 2) >> 2));
  for (let i = 1; i < n; i += 2) {
    const s = lane(x(i - 1) + x(i + 1));
    const u = lane(x(i - 3) + x(i + 3));
    const plain = Math.floor((x(i - 1) + x(i + 1)) / 2);
    const gain = filter === 1 ? Math.floor((s + (lane(s - u + 8) >> 3)) / 2) : plain;
    line[i] = lane(x(i) + gain);
  }
  return line;
}

const column = (rows: number[][], x: number): number[] => rows.map((row) => at(row, x));

function joinLevel(low: number[][], bands: readonly Band[], filter: number): number[][] {
  const [hl, lh, hh] = bands.map((band) => band.rows) as [number[][], number[][], number[][]];
  const top = low.map((row, y) => join(row, hl[y] as number[], filter));
  const bottom = lh.map((row, y) => join(row, hh[y] as number[], filter));
  const width = top[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, x) => join(column(top, x), column(bottom, x), filter));
  return Array.from({ length: top.length + bottom.length }, (_, y) => columns.map((own) => at(own, y)));
}

function undoPrediction(rows: number[][]): void {
  rows.forEach((row, y) => {
    row.forEach((error, x) => {
      const a = at(row, x - 1);
      const b = at(rows[y - 1], x);
      const c = at(rows[y - 1], x - 1);
      let p = a + b - c;
      if (y === 0) p = x === 0 ? 0 : a;
      else if (x === 0) p = b;
      else if (c >= Math.max(a, b)) p = Math.min(a, b);
      else if (c <= Math.min(a, b)) p = Math.max(a, b);
      row[x] = lane(error + p);
    });
  });
}

/** The samples of every level of a codestream, interleaved, row by row. */
export function decodePlainly(codestream: Uint8Array, appendix: Appendix): number[][] {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  const flags = at(codestream, 5);
  const samples = flags & 2 ? 3 : 1;
  const levels = at(codestream, 7);
  const size = (full: number, level: number): number => Math.ceil(full / 2 ** (levels - level));
  const width = (level: number): number => size(view.getUint16(8, true), level);
  const height = (level: number): number => size(view.getUint16(10, true), level);
  const tilesOf = (level: number): number =>
    Math.ceil(width(Math.max(level - 1, 0)) / 256) * Math.ceil(height(Math.max(level - 1, 0)) / 256);
  let entry = 48 + 8 * (levels + 1);
  const tileLengths = Array.from({ length: levels + 1 }, (_, level) =>
    Array.from({ length: tilesOf(level) > 1 ? tilesOf(level) : 0 }, () => {
      entry += 8;
      return view.getUint32(entry - 8, true);
    }),
  );
  const lowest = (flags & 1) === 1 ? -(2 ** (at(codestream, 6) - 1)) : 0;
  const palette: number[] = [];
  if (flags & 32) {
    const count = view.getUint16(entry, true);
    const length = view.getUint16(entry + 2, true);
    const bytes = codestream.subarray(entry + 4, entry + 4 + length);
    if (samples === 3) palette.push(...bytes);
    else {
      const bits = new Bits(bytes);
      const k = bits.take(8);
      palette.push(bits.take(16) + lowest);
      while (palette.length < count) palette.push(at(palette, palette.length - 1) + bits.rice(k) + 1);
    }
    entry += 4 + length;
  }
  const planeCount = palette.length > 0 ? 1 : samples;
  let from = entry + 4;
  const flagTable = [64, 960, ...new Array<number>(62).fill(0)];
  const prototype = (k: number): Table => tableOf(appendix.prototypes[k] as number[], false);
  const sets = Array.from({ length: planeCount === 3 ? 2 : 1 }, () => [
    ...appendix.first.map(prototype),
    flagTable,
    [1024],
  ]);
  let below: Band[][] | null = null;
  let planes: number[][][] = [];
  return tileLengths.map((lengths, level) => {
    const end = from + view.getUint32(48 + 8 * level, true);
    const low = { width: width(Math.max(level - 1, 0)), height: height(Math.max(level - 1, 0)) };
    const shapes =
      level === 0
        ? [[0, low.width, low.height]]
        : [
            [1, width(level) - low.width, low.height],
            [2, low.width, height(level) - low.height],
            [3, width(level) - low.width, height(level) - low.height],
          ];
    const bands = Array.from({ length: planeCount }, () =>
      shapes.map(([kind = 0, w = 0, h = 0]): Band => {
        const rows = Array.from({ length: h }, () => new Array<number>(w).fill(0));
        return { kind, width: w, height: h, rows };
      }),
    );
    if (at(codestream, from++) === 1) {
      const bits = new Bits(codestream.subarray(from, end));
      const indices = (): number[] => {
        let q = 24;
        return Array.from({ length: bits.take(6) + 1 }, () => (q += bits.step()));
      };
      for (const set of sets) {
        let drift = 0;
        for (let context = 0; context <= 28; context++) {
          if (bits.take(1) === 0) continue;
          if (context === 28 || bits.take(1) === 1) {
            const apart = context === 28 || bits.take(1) === 1;
            set[context] = tableOf(indices(), apart);
          } else {
            const base = at(appendix.first, context);
            const number = Math.min(Math.max(base + drift, 0), 47) + bits.step();
            drift = number - base;
            set[context] = prototype(number);
          }
        }
      }
      from += (bits.position + 7) >> 3;
    }
    for (let tile = 0, y = 0; y < low.height; y += 256) {
      for (let x = 0; x < low.width; x += 256, tile++) {
        const length = lengths[tile] ?? end - from;
        decodeTile(codestream.subarray(from, from + length), bands, level > 1 ? below : null, x, y, sets);
        from += length;
      }
    }
    if (from !== end) throw new Error('a level was not used up');
    below = bands;
    if (level === 0) {
      planes = bands.map(([band]) => (band as Band).rows);
      planes.forEach(undoPrediction);
    } else {
      planes = planes.map((rows, sample) => joinLevel(rows, bands[sample] as Band[], (flags >> 2) & 3));
    }
    if (palette.length > 0)
      return coloursOf(planes[0] as number[][], view.getInt32(12, true), palette, samples);
    return samplesOf(planes, (flags >> 4) & 1, view.getInt32(12, true), at(codestream, 6), (flags & 1) === 1);
  });
}

/** Section 6, samples of a palette. */
function coloursOf(rows: number[][], offset: number, palette: number[], samples: number): number[] {
  const last = palette.length / samples - 1;
  return rows.flat().flatMap((lane) => {
    const number = Math.min(Math.max(lane + offset, 0), last);
    return palette.slice(number * samples, (number + 1) * samples);
  });
}

/** Section 6, samples. */
function samplesOf(
  planes: number[][][],
  colour: number,
  offset: number,
  bits: number,
  signed: boolean,
): number[] {
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const out: number[] = [];
  planes[0]?.forEach((row, y) => {
    row.forEach((_, x) => {
      let point = planes.map((plane) => at(plane[y], x));
      if (colour === 1) {
        const [Y = 0, U = 0, V = 0] = point;
        const G = Y - ((U + V) >> 2);
        point = [V + G, G, U + G];
      }
      for (const value of point) out.push(Math.min(Math.max(value + offset, low), low + 2 ** bits - 1));
    });
  });
  return out;
}
