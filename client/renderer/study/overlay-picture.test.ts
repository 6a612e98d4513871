import { describe, expect, it } from 'vitest';
import { paintOverlays } from './overlay-picture.ts';
import { readOverlays } from './overlay-planes.ts';

const plane = {
  group: '6000',
  kind: 'G',
  label: '',
  rows: 2,
  columns: 3,
  bits: btoa(String.fromCharCode(0b101_011)),
};

/** Which pixels of an image of 4 x 3 are painted. */
function painted(origin: [number, number]): string {
  const { planes } = readOverlays({ planes: [{ ...plane, origin }], problems: [] });
  const rgba = new Uint8ClampedArray(4 * 3 * 4);
  paintOverlays(planes, rgba, 4, 3);
  const rows = [0, 1, 2].map((row) =>
    [0, 1, 2, 3].map((column) => (rgba[(row * 4 + column) * 4 + 3] ? 'x' : '.')),
  );
  return rows.map((row) => row.join('')).join(' ');
}

describe('overlay planes', () => {
  it('lie at their origin, the first point in the lowest bit', () => {
    expect(painted([1, 1])).toBe('xx.. x.x. ....');
    expect(painted([2, 2])).toBe('.... .xx. .x.x');
  });

  it('are cut at the edges of the image, on every side', () => {
    expect(painted([0, 0])).toBe('.x.. .... ....');
    expect(painted([3, 4])).toBe('.... .... ...x');
    expect(painted([-100, 30_000])).toBe('.... .... ....');
  });

  it('of different groups have different colours, the first on top', () => {
    const both = { planes: [plane, plane].map((each) => ({ ...each, origin: [1, 1] })), problems: [] };
    const rgba = new Uint8ClampedArray(48);
    paintOverlays(readOverlays(both).planes, rgba, 4, 3);
    const alone = new Uint8ClampedArray(48);
    paintOverlays(readOverlays(both).planes.slice(0, 1), alone, 4, 3);
    expect(rgba).toEqual(alone);
  });

  it('are refused when the answer is none', () => {
    expect(() => readOverlays({ planes: [{ ...plane, origin: [1] }], problems: [] })).toThrow();
    expect(() => readOverlays({ planes: [{ ...plane, rows: 70_000, origin: [1, 1] }] })).toThrow();
  });
});
