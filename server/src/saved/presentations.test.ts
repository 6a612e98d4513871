import { toDicomJson } from '@strata/dicom/json/read-json';
import type { DicomJson } from '@strata/dicom/json/types';
import { readPart10 } from '@strata/dicom/part10';
import { objectFile } from '@strata/dicom/saved/derived-object';
import { items, numbersOf, textOf } from '@strata/dicom/saved/reading';
import { newUid } from '@strata/dicom/saved/uid';
import { changedAtRandom, generator } from '@strata/dicom/testing/changed-json';
import { testFile } from '@strata/dicom/testing/data';
import { checkPresentationState, type PresentationState } from '@strata/protocol/saved-presentations';
import { describe, expect, it } from 'vitest';
import { COLOUR_STATE, GREY_STATE } from './presentation-object.ts';
import { presentations } from './presentations.ts';

const arrow = { layer: 'MEASUREMENTS', kind: 'ARROW', units: 'PIXEL', filled: false } as const;

const jsonOf = (bytes: Uint8Array): DicomJson => toDicomJson(readPart10(bytes).dataSet, { maxInline: 1e7 });
const source = jsonOf(testFile('series/ct-ge/01.dcm'));
const colours = jsonOf(testFile('odd/pydicom/SC_rgb.dcm'));
const uid = textOf(source, 'SOPInstanceUID');
const reference = (sopInstanceUid: string) => ({
  studyUid: textOf(source, 'StudyInstanceUID'),
  seriesUid: textOf(source, 'SeriesInstanceUID'),
  ...{ sopInstanceUid, sopClassUid: textOf(source, 'SOPClassUID'), frames: 1 },
});
const only = [{ sopInstanceUid: uid, frames: [] }];

const state: PresentationState = {
  label: 'LUNG',
  description: 'Lunge, links',
  images: [...only, { sopInstanceUid: '1.2.3', frames: [] }],
  // Of the image itself, whatever is sent.
  rescale: { slope: 1, intercept: 0 },
  modalityTable: false,
  windows: [{ images: [], window: { centre: -600, width: 1500 }, voiFunction: 'LINEAR', lut: null }],
  inverse: true,
  areas: [
    { images: [], topLeft: [512, -10], bottomRight: [101, 300], mode: 'SCALE TO FIT', magnification: null },
  ],
  rotation: 90,
  flipped: true,
  shutter: {
    rectangle: [10, 500, 20, 480],
    circle: [256, 250, 240],
    polygon: [1, 2, 300, 4, 5, 600],
    grey: 300,
  },
  drawings: [
    {
      ...{ images: only, layer: 'MEASUREMENTS', kind: 'POLYLINE', units: 'PIXEL', filled: false },
      points: [10.5, 20.5, 100.25, 30],
    },
  ],
  texts: [
    {
      images: only,
      layer: 'MEASUREMENTS',
      text: '52.3 mm\r\nÖdem',
      units: 'PIXEL',
      box: null,
      anchor: [10.5, 20.5],
    },
  ],
  layers: [{ name: 'MEASUREMENTS', order: 1, grey: 65_535, colour: null }],
};

function fileOf(content: PresentationState, of = source): Uint8Array {
  const head = {
    ...{ sopClassUid: GREY_STATE, sopInstanceUid: newUid(), seriesUid: newUid(), modality: 'PR' },
    ...{ seriesNumber: 9930, seriesDescription: 'Presentation states', instanceNumber: 1 },
    ...{ at: new Date(2026, 10, 21, 23, 5), device: { serial: 'test', version: '1' } },
  };
  const referenced = new Map([uid, '1.2.3'].map((one) => [one, reference(one)]));
  const order = { content, author: 'Röntgen^Wilhelm', head, source: of, referenced, predecessors: [] };
  return objectFile(presentations.make(order));
}

describe('presentation states', () => {
  it('say again how images are shown, and what is drawn and written on them', () => {
    const read = presentations.read(jsonOf(fileOf(state)));
    expect(read?.content).toEqual(state);
    expect(read).toMatchObject({
      author: 'Röntgen^Wilhelm',
      at: '2026-11-21T23:05:00.000',
      title: 'Lunge, links',
      unread: [],
    });
  });

  it('keep a VOI LUT entry by entry', () => {
    const entries = Buffer.from(Uint16Array.from({ length: 300 }, (_, at) => at * 200).buffer).toString(
      'base64',
    );
    const lut = { first: 5, count: 300, bits: 16, explanation: 'Bone', entries };
    const windows = [{ images: [], window: null, voiFunction: '', lut }];
    const read = presentations.read(jsonOf(fileOf({ ...state, windows })));
    expect(read?.content.windows).toEqual(windows);
  });

  it('of colour images have a profile of their colours, and neither windows nor greys', () => {
    const colour: [number, number, number] = [65_535, 32_896, 32_896];
    const layers = [{ name: 'MEASUREMENTS', order: 1, grey: 65_535, colour }];
    const shutter = { rectangle: [10, 90, 20, 80], grey: 0, colour: [0, 32_896, 32_896] } as const;
    const shown = { ...state, windows: [], inverse: false, rescale: null, layers, shutter: { ...shutter } };
    const object = jsonOf(fileOf({ ...state, shutter: { rectangle: [10, 90, 20, 80] } }, colours));
    expect(textOf(object, 'SOPClassUID')).toBe(COLOUR_STATE);
    expect(presentations.read(object)).toMatchObject({ content: shown, unread: [] });
    const profile = Buffer.from(String(object['00282000']?.InlineBinary), 'base64');
    expect(profile.toString('latin1', 12, 24)).toBe('scnrRGB XYZ ');
    // That of the image goes before ours.
    const own = { vr: 'OB', InlineBinary: Buffer.from('a profile of its own').toString('base64') };
    const other = jsonOf(fileOf(state, { ...colours, '00282000': own }));
    expect(other['00282000']).toEqual(own);
    expect(presentations.read(other)?.unread).toEqual(['its ICC profile is not applied']);
  });

  it('draw arrows as such, and as plain lines with a head for those who know none', () => {
    const drawings = [{ ...arrow, images: only, points: [100, 200, 160, 280] }];
    const object = jsonOf(fileOf({ ...state, drawings }));
    expect(presentations.read(object)?.content.drawings).toEqual(drawings);
    const [annotation] = items(object, 'GraphicAnnotationSequence');
    const plain = items(annotation ?? {}, 'GraphicObjectSequence').map((one) =>
      numbersOf(one, 'GraphicData'),
    );
    expect(plain[0]).toEqual([160, 280, 100, 200]);
    const [x = 0, y = 0, ...more] = plain[1] ?? [];
    expect(more.slice(0, 2)).toEqual([100, 200]);
    // A fortieth of the image, towards where the line comes from.
    expect(Math.hypot(x - 100, y - 200)).toBeCloseTo(512 / 40, 3);
    expect((x - 100) * 60 + (y - 200) * 80).toBeGreaterThan(0);
    // What is no arrow is drawn by its plain lines; without any it is said.
    const ruler = { '00700294': { vr: 'CS', Value: ['RULER'] } };
    const changed = (lines: boolean) => ({
      ...object,
      '00700001': {
        vr: 'SQ',
        Value: [
          {
            ...annotation,
            '00700209': {
              vr: 'SQ',
              Value: items(annotation ?? {}, 'CompoundGraphicSequence').map((one) => ({ ...one, ...ruler })),
            },
            ...(!lines && { '00700009': { vr: 'SQ' } }),
          },
        ],
      },
    });
    expect(presentations.read(changed(true))).toMatchObject({ content: { drawings: [{}, {}] }, unread: [] });
    expect(presentations.read(changed(false))?.unread).toEqual(['its compound graphics are not drawn']);
  });

  it('that cannot be said in an object are refused', () => {
    expect(() => fileOf({ ...state, images: [] })).toThrow(/label, images/);
    const lut = { first: -1, count: 1, bits: 16, explanation: '', entries: 'AAA=' };
    const windows = [{ images: [], window: null, voiFunction: '', lut }];
    expect(() => fileOf({ ...state, windows })).toThrow(/negative/);
  });

  it('say in words what of others is not shown', () => {
    const object = {
      ...jsonOf(fileOf(state)),
      '00286100': { vr: 'SQ', Value: [{ '00286101': { vr: 'CS', Value: ['AVG_SUB'] } }] },
      '20500010': { vr: 'SQ', Value: [{ '00283002': { vr: 'US', Value: [2, 0, 8] } }] },
      '60003000': { vr: 'OW', InlineBinary: 'AAAA' },
    };
    expect(presentations.read(object)?.unread).toEqual([
      'its presentation LUT is not applied',
      'its mask is not subtracted',
      'its overlays are not drawn',
    ]);
  });

  it('are read within bounds whatever stands in them', () => {
    const random = generator(11);
    const object = jsonOf(fileOf(state));
    let found = 0;
    for (let round = 0; round < 3000; round++) {
      const read = presentations.read(changedAtRandom(object, random));
      if (!read) continue;
      // What a page takes of it.
      checkPresentationState(JSON.parse(JSON.stringify(read.content)));
      found++;
    }
    expect(found).toBeGreaterThan(2500);
  });
});
