import { describe, expect, it } from 'vitest';
import { greyPixels } from './grey.ts';
import type { Window } from './render-request.ts';
import type { Shading } from './shading.ts';

const format = { width: 5, height: 1, samples: 1, bits: 12, signed: false } as const;
const stored = Uint16Array.of(0, 1000, 2000, 3000, 4095);
const identity = { slope: 1, intercept: 0 };

function grey(shading: Partial<Shading>, rest: { inverted?: boolean; padding?: [number, number] } = {}) {
  const options = { padding: rest.padding ?? null, inverted: rest.inverted ?? false };
  return [
    ...greyPixels(stored, format, { ...options, shading: { modality: identity, voi: null, ...shading } }),
  ];
}

const window = (centre: number, width: number, kind: Window['function'] = 'LINEAR') => ({
  voi: { centre, width, function: kind },
});

describe('grey values', () => {
  it('go from black to white over a window, and are cut outside', () => {
    expect(grey(window(2000, 2000))).toEqual([0, 0, 128, 255, 255]);
    expect(grey(window(2000, 2000, 'LINEAR_EXACT'))).toEqual([0, 0, 128, 255, 255]);
    expect(grey(window(2000, 1))).toEqual([0, 0, 255, 255, 255]);
  });

  it('bend along a sigmoid', () => {
    expect(grey(window(2000, 2000, 'SIGMOID'))).toEqual([5, 30, 128, 225, 251]);
  });

  it('take the whole range where no window is given, padding left out', () => {
    expect(grey({})).toEqual([0, 62, 125, 187, 255]);
    expect(grey({}, { padding: [4095, 4095] })).toEqual([0, 85, 170, 255, 0]);
  });

  it('are windowed behind the modality transformation', () => {
    expect(grey({ modality: { slope: 2, intercept: -1000 }, ...window(3000, 4000) })).toEqual([
      0, 0, 128, 255, 255,
    ]);
  });

  it('go through look-up tables, whose ends stand for what lies outside', () => {
    const table = { first: 1000, entries: Uint16Array.from({ length: 2001 }, (_, at) => at), top: 4095 };
    expect(grey({ modality: table, ...window(1000, 2001) })).toEqual([0, 0, 128, 255, 255]);
    expect(grey({ voi: table })).toEqual([0, 0, 62, 125, 125]);
  });

  it('are turned round for MONOCHROME1', () => {
    expect(grey({}, { inverted: true })).toEqual([255, 193, 130, 68, 0]);
  });
});
