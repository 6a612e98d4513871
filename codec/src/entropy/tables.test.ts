import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../errors.ts';
import { LAST_WEIGHT, nearestWeight, normalise, TOKENS, TOTAL, weightOf } from './frequencies.ts';
import { prototypes } from './prototypes.ts';
import { CONTEXTS, chooseTables, initialTables, readTables } from './tables.ts';

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
        const read = readTables(followed, before);
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

  it('cost one byte where nothing changes', () => {
    expect(chooseTables(new Uint32Array(4096), initialTables(1)).bytes).toEqual(Uint8Array.of(0));
  });

  it('are refused, not guessed, when they are nonsense', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          const { tables, length } = readTables(bytes, initialTables(1));
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

  it('have weights that grow, the nearest of which is found', () => {
    for (let index = 1; index <= LAST_WEIGHT; index++) {
      expect(weightOf(index)).toBeGreaterThan(weightOf(index - 1));
      expect(nearestWeight(weightOf(index))).toBe(index);
    }
  });

  it('of the prototypes add up too', () => {
    for (const prototype of prototypes) expect(sum(prototype)).toBe(TOTAL);
  });
});
