// A slow decoder in plain TypeScript, written from FORMAT.md alone and apart from the kernels, to prove that page right.
// It trusts its input: it is for codestreams that an encoder wrote.

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
const unzigzag = (value: number): number => (value & 1 ? -((value + 1) >> 1) : value >> 1);
const at = (list: ArrayLike<number> | undefined, index: number): number => list?.[index] ?? 0;

/** Raw bits, lowest first. */
class Bits {
  position = 0;
  readonly #bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  take(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++, this.position++) {
      value |= ((at(this.#bytes, this.position >> 3) >> (this.position & 7)) & 1) << bit;
    }
    return value;
  }
  step(): number {
    let ones = 0;
    while (this.take(1) === 1) ones++;
    return unzigzag(ones * 4 + this.take(2));
  }
}

type Table = number[];

/** Section 5: frequencies from weight indices. */
function tableOf(indices: readonly number[], flag: boolean): Table {
  const weights = new Array<number>(64).fill(0);
  indices.forEach((q, j) => {
    const weight = q < 4 ? q : (4 + (q & 3)) << ((q >> 2) - 1);
    if (j === 0 || flag) weights[j] = weight;
    else if (j <= 7) weights[2 * j - 1] = weights[2 * j] = weight;
    else weights[j + 7] = weight;
  });
  const sum = weights.reduce((a, b) => a + b);
  const table = weights.map((weight) => (weight === 0 ? 0 : Math.max(1, Math.floor((1024 * weight) / sum))));
  for (let total = table.reduce((a, b) => a + b); total !== 1024; total = table.reduce((a, b) => a + b)) {
    const largest = table.indexOf(Math.max(...table));
    table[largest] = at(table, largest) + (total < 1024 ? 1024 - total : -1);
  }
  return table;
}

/** Section 4: the states and words of a tile. */
class Rans {
  readonly states: bigint[];
  readonly #words: DataView;
  #next = 0;
  constructor(bytes: Uint8Array, lanes: number) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.states = Array.from({ length: lanes }, (_, k) => view.getBigUint64(8 * k, true));
    this.#words = new DataView(bytes.buffer, bytes.byteOffset + 8 * lanes, bytes.byteLength - 8 * lanes);
  }
  token(state: number, table: Table): number {
    const x = this.states[state] as bigint;
    const slot = Number(x & 1023n);
    let below = 0;
    let token = 0;
    while (below + at(table, token) <= slot) below += at(table, token++);
    this.states[state] = BigInt(at(table, token)) * (x >> 10n) + BigInt(slot - below);
    return token;
  }
  refill(state: number): void {
    const x = this.states[state] as bigint;
    if (x >= 2n ** 31n) return;
    this.states[state] = (x << 32n) | BigInt(this.#words.getUint32(this.#next, true));
    this.#next += 4;
  }
  get finished(): boolean {
    return this.#next === this.#words.byteLength && this.states.every((x) => x === 2n ** 31n);
  }
}

interface Band {
  readonly kind: number;
  readonly width: number;
  readonly height: number;
  readonly rows: number[][];
}

/** Weights of section 4 by kind, then even without and with parent, odd without and with: wA wS wF wB wP w1 w2. */
const WEIGHTS: readonly (readonly (readonly number[])[])[] = [
  [[20, 9, 6, 4], [], [17, 5, 6, 12], []],
  [
    [24, 11, 8, 5],
    [20, 9, 6, 4, 11],
    [19, 6, 7, 13],
    [17, 5, 6, 12, 7],
  ],
  [
    [18, 11, 6, 5, 0, 8],
    [12, 7, 4, 4, 17, 5],
    [11, 4, 4, 18, 0, 5],
    [10, 4, 3, 16, 6, 5],
  ],
  [
    [13, 9, 6, 6, 0, 7, 7],
    [12, 8, 6, 6, 4, 7, 7],
    [11, 6, 5, 12, 0, 6, 6],
    [11, 6, 5, 12, 2, 5, 5],
  ],
];

/** Section 4, contexts. `mag` gives magnitudes of the band in its tile by (row, column). */
function contextOf(
  kind: number,
  x: number,
  y: number,
  mag: (y: number, x: number) => number,
  parent: number | null,
  siblings: readonly number[],
): number {
  const odd = x & 1;
  const [wA = 0, wS = 0, wF = 0, wB = 0, wP = 0, w1 = 0, w2 = 0] =
    WEIGHTS[kind]?.[odd * 2 + (parent === null ? 0 : 1)] ?? [];
  const beside = odd ? mag(y, x - 1) + mag(y, x + 1) : mag(y - 1, x - 2) + mag(y - 1, x + 2);
  const sides = mag(y - 1, x - 1) + mag(y - 1, x + 1);
  let sum = wA * mag(y - 1, x) + wS * sides + wF * mag(y - 2, x) + wB * beside + wP * (parent ?? 0);
  sum += w1 * at(siblings, 0) + w2 * at(siblings, 1);
  if (sum < 3) return 0;
  const e = 31 - Math.clz32(sum);
  return Math.min(27, 2 * e + ((sum >> (e - 1)) & 1) - 3);
}

const magnitude = (band: Band | undefined, y: number, x: number): number =>
  Math.min(Math.abs(at(band?.rows[y], x)), 1023);

/** Sections 3 and 4: one tile of all samples and bands. */
function decodeTile(
  bytes: Uint8Array,
  samples: Band[][],
  below: Band[][] | null,
  x0: number,
  y0: number,
  tables: Table[][],
): void {
  const kind = at(bytes, 0);
  if (kind === 0) return;
  let head = 1;
  let bits = new Bits(bytes.subarray(2));
  let rans: Rans | null = null;
  const lanes = kind === 1 ? 4 : 1;
  if (kind !== 2) {
    let words = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = at(bytes, head++);
      words |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    const end = head + 8 * lanes + 4 * words;
    rans = new Rans(bytes.subarray(head, end), lanes);
    bits = new Bits(bytes.subarray(end));
    head = end;
  } else head = 2;
  samples.forEach((bands, sample) => {
    bands.forEach((band, index) => {
      const x1 = Math.min(x0 + 256, band.width);
      const y1 = Math.min(y0 + 256, band.height);
      const set = tables[Math.min(sample, 1)] as Table[];
      // Other tiles are silent: magnitudes are looked up inside this one only.
      const inside = (of: Band | undefined) => (y: number, x: number) =>
        y < y0 || x < x0 || x >= Math.min(x0 + 256, of?.width ?? 0) ? 0 : magnitude(of, y, x);
      for (let y = y0; y < y1; y++) {
        const row = band.rows[y] as number[];
        if (rans === null) {
          for (let x = x0; x < x1; x++) row[x] = unzigzag(bits.take(at(bytes, 1)));
          continue;
        }
        for (const first of [x0, x0 + 1]) {
          for (let group = first; group < x1; group += 16) {
            const columns = Array.from({ length: 8 }, (_, j) => group + 2 * j);
            const contexts = columns.map((x) => {
              if (x >= x1) return 29;
              const parent = below === null ? null : magnitude(below[sample]?.[index], y >> 1, x >> 1);
              const siblings = [1, 2].filter((k) => k < band.kind).map((k) => inside(bands[k - 1])(y, x));
              return contextOf(band.kind, x, y, inside(band), parent, siblings);
            });
            if (contexts.every((context) => context === 0)) {
              const flag = rans.token(0, set[28] as Table);
              rans.refill(0);
              if (flag === 1) continue;
            }
            const tokens = new Array<number>(8).fill(0);
            for (let j = 0; j < 4; j++) {
              for (const place of [j, j + 4]) {
                tokens[place] = rans.token(lanes === 4 ? j : 0, set[at(contexts, place)] as Table);
              }
              if (lanes === 1) rans.refill(0);
            }
            if (lanes === 4) for (let j = 0; j < 4; j++) rans.refill(j);
            tokens.forEach((token, j) => {
              const more = token < 16 ? 0 : 2 + ((token - 16) >> 2);
              const value = token < 16 ? token : ((4 | (token & 3)) << more) + bits.take(more);
              if (at(columns, j) < x1) row[at(columns, j)] = unzigzag(value);
            });
          }
        }
      }
    });
  });
  const used = head + ((bits.position + 7) >> 3) === bytes.length;
  if (!used || rans?.finished === false) throw new Error('a tile was not used up');
}

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
  const joinColumns = (top: number[][], bottom: number[][]): number[][] => {
    const width = top[0]?.length ?? 0;
    const columns = Array.from({ length: width }, (_, x) => join(column(top, x), column(bottom, x), filter));
    return Array.from({ length: top.length + bottom.length }, (_, y) => columns.map((own) => at(own, y)));
  };
  const left = joinColumns(low, lh);
  const right = joinColumns(hl, hh);
  return left.map((row, y) => join(row, right[y] as number[], filter));
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
  let from = entry + 4;
  const flagTable = [64, 960, ...new Array<number>(62).fill(0)];
  const prototype = (k: number): Table => tableOf(appendix.prototypes[k] as number[], false);
  const sets = Array.from({ length: samples === 3 ? 2 : 1 }, () => [
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
    const bands = Array.from({ length: samples }, () =>
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
          if (context === 28 || bits.take(1) === 1) set[context] = tableOf(indices(), context === 28);
          else {
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
    return samplesOf(planes, (flags >> 4) & 1, view.getInt32(12, true), at(codestream, 6), (flags & 1) === 1);
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
