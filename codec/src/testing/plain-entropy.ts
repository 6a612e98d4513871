// The entropy coding of the plain decoder: sections 3 to 5 of FORMAT.md, and nothing but them.

const unzigzag = (value: number): number => (value & 1 ? -((value + 1) >> 1) : value >> 1);
/** The element there, 0 where there is none. */
export const at = (list: ArrayLike<number> | undefined, index: number): number => list?.[index] ?? 0;

/** Raw bits, lowest first. */
export class Bits {
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
  rice(k: number): number {
    let ones = 0;
    while (this.take(1) === 1) ones++;
    return ones * 2 ** k + this.take(k);
  }
  step(): number {
    return unzigzag(this.rice(2));
  }
}

/** Frequencies by token. */
export type Table = number[];

/** Section 5: frequencies from weight indices. */
export function tableOf(indices: readonly number[], apart: boolean): Table {
  const weights = new Array<number>(64).fill(0);
  indices.forEach((q, j) => {
    const weight = q < 4 ? q : (4 + (q & 3)) << ((q >> 2) - 1);
    if (j === 0 || apart) weights[j] = weight;
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

/** A band of one sample. */
export interface Band {
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

/** Section 4, steps: the blocks of a tile's part of a band. */
function blocksOf(band: Band, x0: number, y0: number): { band: Band; left: number; top: number }[] {
  const blocks = [];
  for (let top = y0; top < Math.min(y0 + 256, band.height); top += 64) {
    for (let left = x0; left < Math.min(x0 + 256, band.width); left += 64) blocks.push({ band, left, top });
  }
  return blocks;
}

/** Section 4: what a block's byte makes of a magnitude. */
function sizeOf(q: number, code: number): number {
  const step = 1 << (code & 15);
  if (code < 16 || q === 0) return q * step;
  if (code < 32) return q * step + (step >> 1);
  return q === 1 ? (3 * step) >> 2 : q * step - (step >> 1);
}

/** Section 4, values and copies: the zigzag values of a part of a band. */
function valuesAndCopies(bits: Bits, n: number, count: number): number[] {
  const values: number[] = [];
  let distance = 0;
  while (values.length < count) {
    if (bits.take(1) === 0) {
      values.push(bits.take(n));
      continue;
    }
    let k = 0;
    while (bits.take(1) === 1) k++;
    const length = 2 ** k + bits.take(k) + 1;
    if (bits.take(1) === 1) {
      k = bits.take(4);
      distance = 2 ** k + bits.take(k);
    }
    for (let copied = 0; copied < length; copied++) values.push(at(values, values.length - distance));
  }
  if (values.length > count) throw new Error('a copy goes on after the end');
  return values;
}

/** Sections 3 and 4: one tile of all samples and bands. */
export function decodeTile(
  bytes: Uint8Array,
  samples: Band[][],
  below: Band[][] | null,
  x0: number,
  y0: number,
  tables: Table[][],
): void {
  const first = at(bytes, 0);
  if (first === 0) return;
  const kind = first & 7;
  const blocks = first === kind ? [] : samples.flat().flatMap((band) => blocksOf(band, x0, y0));
  const start = 1 + blocks.length;
  let head = start;
  let bits = new Bits(bytes.subarray(start + 1));
  let rans: Rans | null = null;
  const lanes = kind === 1 ? 4 : 1;
  if (kind === 1 || kind === 3) {
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
  } else head = start + 1;
  samples.forEach((bands, sample) => {
    bands.forEach((band, index) => {
      const x1 = Math.min(x0 + 256, band.width);
      const y1 = Math.min(y0 + 256, band.height);
      const set = tables[Math.min(sample, 1)] as Table[];
      // Other tiles are silent: magnitudes are looked up inside this one only.
      const inside = (of: Band | undefined) => (y: number, x: number) =>
        y < y0 || x < x0 || x >= Math.min(x0 + 256, of?.width ?? 0) ? 0 : magnitude(of, y, x);
      const width = Math.max(x1 - x0, 0);
      const copied = kind === 4 ? valuesAndCopies(bits, at(bytes, start), width * Math.max(y1 - y0, 0)) : [];
      for (let y = y0; y < y1; y++) {
        const row = band.rows[y] as number[];
        if (kind === 4) {
          for (let x = x0; x < x1; x++) row[x] = unzigzag(at(copied, (y - y0) * width + x - x0));
          continue;
        }
        if (rans === null) {
          for (let x = x0; x < x1; x++) row[x] = unzigzag(bits.take(at(bytes, start)));
          continue;
        }
        for (const parity of [x0, x0 + 1]) {
          for (let group = parity; group < x1; group += 16) {
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
  blocks.forEach(({ band, left, top }, number) => {
    for (let y = top; y < Math.min(top + 64, y0 + 256, band.height); y++) {
      const row = band.rows[y] as number[];
      for (let x = left; x < Math.min(left + 64, x0 + 256, band.width); x++) {
        const code = at(bytes, 1 + number);
        const q = at(row, x);
        const size = sizeOf(Math.abs(q), code);
        row[x] = ((q < 0 ? -size : size) << 16) >> 16;
      }
    }
  });
  const used = head + ((bits.position + 7) >> 3) === bytes.length;
  if (!used || rans?.finished === false) throw new Error('a tile was not used up');
}
