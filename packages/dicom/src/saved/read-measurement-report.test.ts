// Reports as other makers write them; and reports changed at random.
import { describe, expect, it } from 'vitest';
import type { DicomJson } from '../json/types.ts';
import { attributesOf, type KeywordAttributes } from './attributes.ts';
import { type Code, code, codeItem } from './codes.ts';
import { containerItem, imageItem, numberItem, pointsItem, textItem, uidItem } from './content-items.ts';
import { concepts } from './measurement-concepts.ts';
import { readMeasurementReport } from './read-measurement-report.ts';
import { newUid } from './uid.ts';

const image = { sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: '1.2.3.4' };
const source = imageItem('SELECTED FROM', concepts.sourceImage, image, null);
const mm = code('mm', 'UCUM', 'mm');
const tracked = (label: string): KeywordAttributes[] => [
  textItem('HAS OBS CONTEXT', concepts.trackingIdentifier, label),
  uidItem('HAS OBS CONTEXT', concepts.trackingUid, newUid()),
];
const region = (type: Parameters<typeof pointsItem>[2], points: [number, number][]) =>
  pointsItem('CONTAINS', concepts.region, type, points, source);
const group = (...items: KeywordAttributes[]) => containerItem(concepts.group, '1410', items);
const said = (value: Code, meaning: Code): KeywordAttributes => ({
  ...{ RelationshipType: 'CONTAINS', ValueType: 'CODE' },
  ConceptNameCodeSequence: [codeItem(value)],
  ConceptCodeSequence: [codeItem(meaning)],
});

function document(...groups: KeywordAttributes[]): DicomJson {
  return attributesOf({
    SOPInstanceUID: '1.2.3.5',
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [codeItem(concepts.report)],
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: '1500' }],
    ContentSequence: [containerItem(concepts.measurements, '', groups)],
  });
}

describe('reports of other makers', () => {
  it('with regions are drawn: circles as ellipses, outlines without tracking under UIDs that stay', () => {
    const made = document(
      group(
        ...tracked('Lesion 1'),
        said(concepts.finding, code('4147007', 'SCT', 'Mass')),
        said(concepts.findingSite, code('39607008', 'SCT', 'Lung')),
        region('CIRCLE', [
          [10.5, 20.5],
          [14.5, 20.5],
        ]),
        numberItem(code('G-D7FE', 'SRT', 'Length'), 9.5, mm, []),
      ),
      group(
        region('POLYLINE', [
          [1.5, 1.5],
          [9.5, 2.5],
          [5.5, 8.5],
          [1.5, 1.5],
        ]),
      ),
    );
    const read = readMeasurementReport(made);
    expect(read?.unread).toEqual([]);
    expect(read?.measurements).toMatchObject([
      {
        kind: 'ellipse',
        text: 'Mass, Lung',
        sopInstanceUid: '1.2.3.4',
        frame: 1,
        figures: [{ name: 'Length', value: 9.5, unit: 'mm' }],
      },
      {
        kind: 'freehand',
        closed: true,
        points: [
          [1, 1],
          [9, 2],
          [5, 8],
        ],
      },
    ]);
    expect(read?.measurements[0]?.points).toEqual([
      [10, 16],
      [10, 24],
      [6, 20],
      [14, 20],
    ]);
    expect(readMeasurementReport(made)?.measurements[1]?.uid).toBe(read?.measurements[1]?.uid);
  });

  it('with two axes in one line, and two lengths of one finding, are told apart', () => {
    const ends: [number, number][] = [
      [0.5, 0.5],
      [8.5, 0.5],
      [4.5, 2.5],
      [4.5, 4.5],
    ];
    const inferred = (points: [number, number][]) => [
      pointsItem('INFERRED FROM', concepts.sourceOfMeasurement, 'POLYLINE', points, source),
    ];
    const axis = (name: string, value: string, at: number) =>
      numberItem(code(value, 'SRT', name), at, mm, inferred(ends));
    const length = (from: number) =>
      numberItem(
        code('410668003', 'SCT', 'Length'),
        2,
        mm,
        inferred([
          [from, 1],
          [from, 3],
        ]),
      );
    const read = readMeasurementReport(
      document(
        group(...tracked('Target'), axis('Long Axis', 'G-A185', 8), axis('Short Axis', 'G-A186', 2)),
        group(...tracked('Two'), length(1), length(7)),
      ),
    );
    expect(read?.unread).toEqual([]);
    expect(read?.measurements.map(({ kind, points }) => [kind, points])).toEqual([
      [
        'bidirectional',
        [
          [0, 0],
          [8, 0],
          [4, 2],
          [4, 4],
        ],
      ],
      [
        'length',
        [
          [0.5, 0.5],
          [0.5, 2.5],
        ],
      ],
      [
        'length',
        [
          [6.5, 0.5],
          [6.5, 2.5],
        ],
      ],
    ]);
    expect(new Set(read?.measurements.map(({ uid }) => uid)).size).toBe(3);
  });

  it('in the space of the patient keep their places', () => {
    const polygon = {
      ...{ RelationshipType: 'CONTAINS', ValueType: 'SCOORD3D', GraphicType: 'POLYGON' },
      ...{ GraphicData: [0, 0, 5, 9, 0, 5, 9, 9, 5, 0, 0, 5], ReferencedFrameOfReferenceUID: '1.9' },
      ConceptNameCodeSequence: [codeItem(concepts.region)],
    };
    const [read] = readMeasurementReport(document(group(...tracked('3D'), polygon)))?.measurements ?? [];
    expect(read).toMatchObject({
      ...{ kind: 'freehand', closed: true, sopInstanceUid: '', points: [] },
      space: {
        frameOfReference: '1.9',
        points: [
          [0, 0, 5],
          [9, 0, 5],
          [9, 9, 5],
        ],
      },
    });
  });

  it('say in words what cannot be drawn', () => {
    const segment = {
      ...imageItem('CONTAINS', code('121191', 'DCM', 'Referenced Segment'), image, 1),
    };
    const read = readMeasurementReport(
      document(
        group(
          ...tracked('Nodule'),
          segment,
          numberItem(code('118565006', 'SCT', 'Volume'), 12, code('mm3', 'UCUM', 'mm3'), []),
        ),
        group(
          ...tracked('Cloud'),
          region('MULTIPOINT', [
            [1, 1],
            [2, 2],
          ]),
        ),
        group(...tracked('Broken'), {
          ...region('POLYLINE', [
            [1, 1],
            [2, 2],
          ]),
          GraphicData: [1, 2, 3],
        }),
        said(code('111059', 'DCM', 'Overall'), code('111287', 'DCM', 'Stable')),
      ),
    );
    expect(read?.measurements).toEqual([]);
    expect(read?.unread).toEqual([
      'Overall: Stable',
      'Nodule: Volume 12 mm³ has no place in an image',
      'Cloud: a shape (multipoint) cannot be drawn here',
      'Broken: a region of 3 numbers makes no sense',
      'Broken: it names no place in an image',
    ]);
  });

  it('of other templates are none', () => {
    expect(readMeasurementReport({})).toBeNull();
    expect(
      readMeasurementReport(
        attributesOf({ ConceptNameCodeSequence: [codeItem(code('18748-4', 'LN', 'Report'))] }),
      ),
    ).toBeNull();
  });
});

/** A small generator with a seed, so that a failure can be repeated (Marsaglia's xorshift). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const odd: unknown[] = [
  null,
  undefined,
  0,
  -1,
  1e300,
  Number.NaN,
  '',
  'x',
  '\u0000',
  [],
  {},
  [null],
  [[]],
  { Value: 3 },
  true,
];

it('whatever is inside a report, reading it gives measurements that make sense, and never fails', () => {
  const whole = document(
    group(
      ...tracked('A'),
      region('ELLIPSE', [
        [1, 5],
        [9, 5],
        [5, 1],
        [5, 9],
      ]),
      numberItem(code('42798000', 'SCT', 'Area'), 9, mm, []),
    ),
    group(
      ...tracked('B'),
      numberItem(code('410668003', 'SCT', 'Length'), 2, mm, [
        pointsItem(
          'INFERRED FROM',
          concepts.sourceOfMeasurement,
          'POLYLINE',
          [
            [1, 2],
            [3, 4],
          ],
          source,
        ),
      ]),
    ),
  );
  const random = generator(20260301);
  for (let round = 0; round < 4000; round++) {
    const changed = structuredClone(whole);
    for (let times = random(4); times >= 0; times--) spoil(changed, random);
    const read = readMeasurementReport(changed);
    for (const { points, frame, figures, uid } of read?.measurements ?? []) {
      expect(points.flat().every(Number.isFinite)).toBe(true);
      expect(figures.every(({ value }) => Number.isFinite(value))).toBe(true);
      expect(frame).toBeGreaterThan(0);
      expect(uid).toMatch(/^[0-9.]{1,64}$/);
    }
    expect(read?.unread.every((words) => words.length <= 400) ?? true).toBe(true);
  }
});

/** Changes something anywhere in the tree. */
function spoil(json: unknown, random: (below: number) => number): void {
  let at = json as Record<string, unknown>;
  for (let depth = random(40); ; depth--) {
    const keys = Object.keys(at);
    const key = keys[random(Math.max(1, keys.length))];
    if (key === undefined) return;
    const next = at[key];
    if (depth <= 0 || typeof next !== 'object' || next === null) {
      at[key] = odd[random(odd.length)];
      return;
    }
    at = next as Record<string, unknown>;
  }
}
