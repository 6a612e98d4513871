import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../errors.ts';
import { compileKernels, Kernels } from '../kernels.ts';
import { LAST_WEIGHT, normalise, TOKENS, TOTAL, weightOf } from './frequencies.ts';
import { prototypes } from './prototypes.ts';
import * as chooser from './table-chooser.ts';
import { readTables } from './table-reader.ts';
import { CONTEXTS, initialTables, SET_LENGTH } from './tables.ts';

const kernels = new Kernels(await compileKernels());

/** What the kernels choose for the counts after the tables `previous`. */
function chooseTables(
  histogram: Uint32Array,
  previous: Uint16Array,
): { tables: Uint16Array; bytes: Uint8Array } {
  kernels.begin();
  const at = kernels.allocate(histogram.byteLength);
  kernels.bytes(at, histogram.byteLength).set(new Uint8Array(histogram.buffer));
  const tables = chooser.prepareTables(kernels, previous.length / SET_LENGTH);
  chooser.setTables(kernels, tables, previous);
  const bytes = chooser.chooseTables(kernels, tables, at);
  return { tables: new Uint16Array(kernels.copy(tables.frequencies, previous.byteLength)), bytes };
}

const sum = (list: Uint16Array): number => list.reduce((total, value) => total + value, 0);

/** Counts for two sets: some contexts unused, some with few tokens, some with many. */
const histograms = fc
  .array(fc.tuple(fc.nat(63), fc.nat(TOKENS - 1), fc.nat(100_000)), { maxLength: 400 })
  .map((entries) => {
    const histogram = new Uint32Array(4096);
    for (const [context, token, count] of entries) {
      const flag = context % 32 === 28;
      if (context % 32 < CONTEXTS) histogram[context * TOKENS + (flag ? token & 1 : token)] = count;
    }
    return histogram;
  });

describe('the tables of a level', () => {
  it('come back as they were chosen, and take exactly their bytes', () => {
    fc.assert(
      fc.property(histograms, histograms, (first, second) => {
        const before = chooseTables(first, initialTables(2)).tables;
        const { tables, bytes } = chooseTables(second, before);
        const followed = Uint8Array.from([...bytes, 1, 2, 3]);
        const read = readTables(kernels, followed, before);
        expect(read.tables).toEqual(tables);
        expect(read.length).toBe(bytes.length);
      }),
      { numRuns: 60 },
    );
  });

  it('have a frequency for every token that occurs, and 1024 in sum', () => {
    fc.assert(
      fc.property(histograms, (histogram) => {
        const { tables } = chooseTables(histogram, initialTables(2));
        for (let at = 0; at < tables.length; at += TOKENS) {
          const row = Math.floor(at / TOKENS / CONTEXTS) * 32 + ((at / TOKENS) % CONTEXTS);
          const frequencies = tables.subarray(at, at + TOKENS);
          expect(sum(frequencies)).toBe(TOTAL);
          frequencies.forEach((frequency, token) => {
            if (histogram[row * TOKENS + token] !== 0) expect(frequency).toBeGreaterThan(0);
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('take at most a few per cent more than the entropy of many tokens, their own bits included', () => {
    const random = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 20, maxLength: TOKENS });
    fc.assert(
      fc.property(random, fc.nat(27), (counts, context) => {
        const histogram = new Uint32Array(4096);
        counts.forEach((count, token) => {
          histogram[context * TOKENS + token] = count + 100;
        });
        const { tables, bytes } = chooseTables(histogram, initialTables(1));
        const total = counts.reduce((all, count) => all + count + 100, 0);
        let least = 0;
        let taken = bytes.length * 8;
        counts.forEach((count, token) => {
          least += (count + 100) * Math.log2(total / (count + 100));
          taken += (count + 100) * Math.log2(TOTAL / (tables[context * TOKENS + token] as number));
        });
        expect(taken).toBeLessThan(least * 1.02 + 64 * 8);
      }),
      { numRuns: 60 },
    );
  });

  it('cost one byte where nothing changes', () => {
    expect(chooseTables(new Uint32Array(4096), initialTables(1)).bytes).toEqual(Uint8Array.of(0));
  });

  it('are refused, not guessed, when they are nonsense', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          const { tables, length } = readTables(kernels, bytes, initialTables(1));
          expect(length).toBeLessThanOrEqual(bytes.length);
          for (let at = 0; at < tables.length; at += TOKENS)
            expect(sum(tables.subarray(at, at + TOKENS))).toBe(TOTAL);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('frequencies', () => {
  it('add up to 1024 for any weights', () => {
    const weights = fc.array(fc.nat(LAST_WEIGHT).map(weightOf), { minLength: TOKENS, maxLength: TOKENS });
    fc.assert(
      fc.property(weights, (list) => {
        fc.pre(list.some((weight) => weight > 0));
        const frequencies = normalise(Uint16Array.from(list));
        expect(sum(frequencies)).toBe(TOTAL);
        list.forEach((weight, token) => void expect((frequencies[token] as number) > 0).toBe(weight > 0));
      }),
    );
  });

  it('have weights that grow', () => {
    for (let index = 1; index <= LAST_WEIGHT; index++) {
      expect(weightOf(index)).toBeGreaterThan(weightOf(index - 1));
    }
  });

  it('of the prototypes add up too', () => {
    for (const prototype of prototypes) expect(sum(prototype)).toBe(TOTAL);
  });
});
