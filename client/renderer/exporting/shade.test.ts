import { expect, it } from 'vitest';
import { shaded } from './shade.ts';

const greys = (inverted: boolean) => ({
  greys: { window: { centre: 50, width: 101 }, kind: 'LINEAR', inverted } as const,
  colours: 'as they are' as const,
});
const slice = (...values: number[]) =>
  ({ values: Int16Array.from(values), components: 1, range: [0, 100] }) as const;
const reds = (bytes: Uint8ClampedArray) => [...bytes].filter((_, at) => at % 4 === 0);

it('a window spreads its values from black to white, and the other way when inverted', () => {
  expect(reds(shaded(slice(-20, -1, 49, 99, 200), greys(false)))).toEqual([0, 0, 126, 254, 255]);
  expect(reds(shaded(slice(-20, -1, 49, 99, 200), greys(true)))).toEqual([255, 255, 129, 1, 0]);
});

it('a sigmoid is half way at its centre', () => {
  const tones = {
    greys: { window: { centre: 50, width: 100 }, kind: 'SIGMOID', inverted: false } as const,
    colours: 'as they are' as const,
  };
  expect(reds(shaded(slice(-1000, 50, 1000), tones))).toEqual([0, 128, 255]);
});

it('colours stay as they are, or are turned into their opposites', () => {
  const colours = { values: Uint8Array.of(1, 2, 3), components: 3, range: [0, 255] } as const;
  expect([...shaded(colours, greys(false))]).toEqual([1, 2, 3, 255]);
  expect([...shaded(colours, { ...greys(false), colours: 'inverted' })]).toEqual([254, 253, 252, 255]);
});
