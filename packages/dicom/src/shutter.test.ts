import { describe, expect, it } from 'vitest';
import { DicomError } from './errors.ts';
import { readPart10 } from './part10.ts';
import type { Presentation } from './presentation.ts';
import { MAX_VERTICES, type Shutter } from './shutter.ts';
import { Tag } from './tags.ts';
import { concat, element, imageFile, sequence } from './testing/build.ts';

const rectangle = concat(
  element(Tag.ShutterLeftVerticalEdge, 'IS', '10'),
  element(Tag.ShutterRightVerticalEdge, 'IS', '90'),
  element(Tag.ShutterUpperHorizontalEdge, 'IS', '5'),
  element(Tag.ShutterLowerHorizontalEdge, 'IS', '60'),
);
const circle = concat(
  element(Tag.CenterOfCircularShutter, 'IS', '30\\40'),
  element(Tag.RadiusOfCircularShutter, 'IS', '25'),
);
const polygon = element(Tag.VerticesOfThePolygonalShutter, 'IS', '1\\2\\3\\40\\50\\60');

const presentationWith = (...before: Uint8Array[]): Presentation =>
  readPart10(imageFile(new Uint8Array(16), { before: concat(...before), frames: '2' })).attributes.instance
    .presentation;
const shaped = (shapes: string, ...others: Uint8Array[]): Presentation =>
  presentationWith(element(Tag.ShutterShape, 'CS', shapes), ...others);

describe('the shutter of an image', () => {
  it('has its shapes as columns and rows, and what stands in the place of what is hidden', () => {
    const grey = element(Tag.ShutterPresentationValue, 'US', [128]);
    const colour = element(Tag.ShutterPresentationColorCIELabValue, 'US', [0, 32896, 32896]);
    const all = concat(rectangle, circle, polygon, grey, colour);
    expect(shaped('RECTANGULAR\\CIRCULAR\\POLYGONAL', all).shutter).toEqual({
      rectangle: [10, 90, 5, 60],
      circle: [40, 30, 25],
      polygon: [2, 1, 40, 3, 60, 50],
      grey: 128,
      colour: [0, 32896, 32896],
    });
  });

  it('has no shape that is not named', () => {
    expect(presentationWith(rectangle, circle).shutter).toBe(null);
    expect(shaped('CIRCULAR', rectangle, circle).shutter).toEqual({ circle: [40, 30, 25] });
  });

  it('may be an overlay', () => {
    expect(shaped('BITMAP', element(Tag.ShutterOverlayGroup, 'US', [0x6002])).shutter).toEqual({
      overlay: '6002',
    });
  });

  it('leaves out a shape that cannot be, in words', () => {
    const crossed = element(Tag.ShutterLeftVerticalEdge, 'IS', '99');
    const rest = rectangle.subarray(crossed.length);
    const { shutter, notApplied } = shaped('RECTANGULAR\\CIRCULAR\\POLYGONAL', crossed, rest, polygon);
    expect(shutter).toEqual({ polygon: [2, 1, 40, 3, 60, 50] });
    expect(notApplied).toEqual([
      'rectangular shutter not applied: its edges are the wrong way round',
      'circular shutter not applied: its middle is missing',
    ]);
    const full = Array.from({ length: 2 * MAX_VERTICES }, (_, at) => 10_000 + at).join('\\');
    const largest = shaped('POLYGONAL', element(Tag.VerticesOfThePolygonalShutter, 'IS', full));
    expect(largest.shutter?.polygon).toHaveLength(2 * MAX_VERTICES);
    const many = Array.from({ length: 2 * MAX_VERTICES + 2 }, (_, at) => at).join('\\');
    const tooMany = shaped('POLYGONAL\\ROUND', element(Tag.VerticesOfThePolygonalShutter, 'IS', many));
    expect(tooMany.shutter).toBe(null);
    expect(tooMany.notApplied).toEqual([
      'polygonal shutter not applied: more than 1024 corners',
      'round shutter not applied: this shape is not known',
    ]);
  });

  it('may be another in each frame', () => {
    const group = (shape: string, shapes: Uint8Array): Uint8Array =>
      sequence(
        Tag.FrameDisplayShutterSequence,
        [concat(element(Tag.ShutterShape, 'CS', shape), shapes)],
        'defined',
      );
    const shared = sequence(
      Tag.SharedFunctionalGroupsSequence,
      [group('RECTANGULAR', rectangle)],
      'undefined',
    );
    const perFrame = sequence(
      Tag.PerFrameFunctionalGroupsSequence,
      [element(Tag.InstanceNumber, 'IS', '1'), group('CIRCULAR', circle)],
      'undefined',
    );
    const found = presentationWith(shared, perFrame);
    expect(found.shutter).toEqual({ rectangle: [10, 90, 5, 60] });
    expect(found.perFrame).toEqual([{}, { shutter: { circle: [40, 30, 25] } }]);
  });
});

it('whatever stands in a shutter, what is read of it is within its bounds', () => {
  const shapes = element(Tag.ShutterShape, 'CS', 'RECTANGULAR\\CIRCULAR\\POLYGONAL\\BITMAP');
  const group = element(Tag.ShutterOverlayGroup, 'US', [0x6000]);
  const grey = element(Tag.ShutterPresentationValue, 'US', [7]);
  const seed = imageFile([1, 2, 3, 4], { before: concat(shapes, rectangle, circle, polygon, grey, group) });
  let state = 42;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let found = 0;
  for (let round = 0; round < 5000; round++) {
    const bytes = seed.slice();
    for (let count = random(4); count >= 0; count--) bytes[200 + random(seed.length - 200)] = random(256);
    const shutter = shutterIn(bytes);
    if (!shutter) continue;
    found++;
    const { rectangle: edges = [], circle: middle = [], polygon: corners = [], grey: value = 0 } = shutter;
    for (const place of [...edges, ...middle, ...corners])
      expect(Math.abs(place)).toBeLessThanOrEqual(2 ** 20);
    expect(corners.length).toBeLessThanOrEqual(2 * MAX_VERTICES);
    expect(value).toBeLessThanOrEqual(65_535);
  }
  expect(found).toBeGreaterThan(2000);
});

function shutterIn(bytes: Uint8Array): Shutter | null {
  try {
    return readPart10(bytes).attributes.instance.presentation.shutter;
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
}
