import { describe, expect, it } from 'vitest';
import { type Camera, lookingFrom, turnedBy } from './camera.ts';
import { Pace } from './pace.ts';
import { type Picture, RayCaster } from './ray-cast.ts';
import { blocksOf, quantised, type RayVolume } from './ray-volume.ts';
import { transferTable } from './transfer.ts';

/** A box of air with a ball of bone, 40 mm to the left of, 20 mm behind and 10 mm above the origin. */
function ball(): RayVolume {
  const dimensions = [64, 48, 40] as const;
  const spacing = [2, 3, 2.5] as const;
  const origin = [-60, -70, -50] as const;
  const values = new Float32Array(64 * 48 * 40).fill(-1000);
  for (const at of values.keys()) {
    const [i, j, k] = [at % 64, Math.floor(at / 64) % 48, Math.floor(at / (64 * 48))];
    const [x, y, z] = [origin[0] + i * 2 - 40, origin[1] + j * 3 - 20, origin[2] + k * 2.5 - 10];
    if (Math.hypot(x, y, z) < 15) values[at] = 1000;
  }
  return { dimensions, spacing, origin, direction: [1, 0, 0, 0, 1, 0, 0, 0, 1], ...quantised(values) };
}

const camera: Camera = lookingFrom(
  { right: [1, 0, 0], down: [0, 0, -1], forward: [0, 1, 0], centre: [0, 0, 0], scale: 1 },
  'front',
);
const range = { lower: -1000, upper: 1000 };

function drawn(volume: RayVolume, from: Camera, table: Float32Array | null): Picture {
  const picture = { width: 160, height: 160, pixel: 1, data: new Uint8ClampedArray(160 * 160 * 4) };
  const caster = new RayCaster(volume, blocksOf(volume));
  caster.cast(from, { table, range, step: 1 }, picture, 0, 160);
  return picture;
}

/** The middle of what is bright, in millimetres right of and below the middle of the picture; and how many pixels it has. */
function bright({ data, width }: Picture) {
  let [count, x, y] = [0, 0, 0];
  for (let at = 0; at < data.length / 4; at++) {
    if ((data[at * 4] ?? 0) < 60) continue;
    count++;
    x += (at % width) + 0.5 - width / 2;
    y += Math.floor(at / width) + 0.5 - width / 2;
  }
  return { count, x: x / count, y: y / count };
}

describe('a volume in 3D', () => {
  it.each(['mip', 'bone'] as const)('shows by %s what is in it where it is, from every side', (preset) => {
    const volume = ball();
    const table = transferTable(preset, volume.low, volume.high);
    for (const [side, x, y] of [
      ['front', 40, -10],
      ['back', -40, -10],
      ['left', 20, -10],
      ['right', -20, -10],
      ['top', -40, 20],
      ['bottom', 40, 20],
    ] as const) {
      const seen = bright(drawn(volume, lookingFrom(camera, side), table));
      expect(Math.abs(seen.x - x), side).toBeLessThan(1.5);
      expect(Math.abs(seen.y - y), side).toBeLessThan(1.5);
      // A ball of 15 mm covers 707 mm².
      expect(seen.count).toBeGreaterThan(500);
      expect(seen.count).toBeLessThan(950);
    }
  });

  it('of the greatest values shows them in the window', () => {
    const volume = ball();
    const picture = drawn(volume, camera, null);
    const at = ((80 - 10) * 160 + 80 + 40) * 4;
    expect(picture.data[at]).toBe(255);
    expect(picture.data[(20 * 160 + 20) * 4]).toBeLessThanOrEqual(1);
  });

  it('is turned by dragging, and its directions stay at right angles', () => {
    let turned = camera;
    for (let n = 0; n < 500; n++) turned = turnedBy(turned, 7, -3);
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
    expect(dot(turned.right, turned.down)).toBeCloseTo(0, 9);
    expect(dot(turned.right, turned.right)).toBeCloseTo(1, 9);
    // What is in front follows the mouse: a quarter to the right, and the patient's right side comes to the front.
    const quarter = turnedBy(camera, 180, 0);
    expect(dot(quarter.forward, lookingFrom(camera, 'right').forward)).toBeCloseTo(1, 9);
    expect(dot(turnedBy(camera, 0, 180).forward, lookingFrom(camera, 'top').forward)).toBeCloseTo(1, 9);
  });
});

it('a slow machine gets coarser pictures, and is told by the first ones', () => {
  const pace = new Pace();
  for (let n = 0; n < 8; n++) pace.took(1000, 100_000);
  expect(pace.grainFor('moving', 800 * 800)).toBe(8);
  expect(pace.grainFor('resting', 800 * 800)).toBe(2);
  for (let n = 0; n < 12; n++) pace.took(10, 100_000);
  expect(pace.grainFor('moving', 800 * 800)).toBe(1);
});
