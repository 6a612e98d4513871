import { loadCodec } from '@strata/codec/codec';
import { buildFramesBlob } from '@strata/codec/frames-blob';
import type { Json } from '@strata/metadata/json';
import type { InstanceRow, StudyRows } from '@strata/metadata/records';
import { decodeServerMessage, encodeMessage } from '@strata/protocol/encoding';
import type { ManifestPart } from '@strata/protocol/manifest';
import { expect, test } from 'vitest';
import { PART_BYTES, SEGMENTS_PER_PART } from './limits.ts';
import { manifestParts } from './manifest-parts.ts';

const codec = await loadCodec();
const format = { width: 8, height: 8, samples: 1, bits: 8, signed: false } as const;
const codestream = codec.encode(new Uint8Array(64), format, { digest: new Uint8Array(32) });
const digest = 'cd'.repeat(32);

const presentation = {
  ...{
    photometric: 'MONOCHROME2',
    windows: [{ centre: 40, width: 400, explanation: 'soft' }],
    voiFunction: '',
  },
  ...{ rescale: null, pixelSpacing: [0.5, 0.5], pixelAspectRatio: null, imagePosition: null },
  ...{ imageOrientation: null, sliceLocation: 7.5, pixelPadding: null, frameTime: null, burnedInLossy: '' },
  palette: null,
};

function row(uid: string, frames: number, change: Partial<InstanceRow> = {}): InstanceRow {
  const { index } = buildFramesBlob(Array.from({ length: frames }, () => codestream));
  return {
    ...{ uid, sopClassUid: '1.2', number: 1, frames, photometric: 'MONOCHROME2', presentation, format },
    ...{ transferSyntaxUid: '1.2.840.10008.1.2.1', frameDigests: null, frameIndex: index },
    file: { digest, length: 1 },
    objectBlob: { digest, length: 1 },
    framesBlob: { digest, length: 99 },
    ...change,
  };
}

function study(instances: InstanceRow[]): StudyRows {
  const text = { description: '', date: '', time: '' };
  return {
    patient: { id: '7', issuer: '', name: 'A^B', birthDate: '', sex: '' },
    study: { uid: '1.2', id: '', accessionNumber: '', referringPhysician: '', ...text },
    series: [{ uid: '1.2.3', number: 1, modality: 'CT', bodyPart: '', laterality: '', ...text, instances }],
  };
}

function partsOf(rows: StudyRows): { parts: ManifestPart[]; oddities: string[] } {
  const oddities: string[] = [];
  const parts = [...manifestParts(rows, (uid, what) => oddities.push(`${uid}: ${what}`))];
  for (const part of parts) {
    const message = { type: 'manifest', id: 1, part, last: false } as const;
    const bytes = encodeMessage(message);
    expect(bytes.byteLength).toBeLessThan(2 * PART_BYTES);
    expect(decodeServerMessage(bytes).message).toEqual(message);
  }
  return { parts, oddities };
}

test('the heads come first, then instances with the lengths and checksums of their levels', () => {
  const { parts, oddities } = partsOf(study([row('1', 1), row('2', 3)]));
  expect(oddities).toEqual([]);
  expect(parts.map(({ kind }) => kind)).toEqual(['heads', 'instances']);
  const [heads, instances] = parts;
  expect(heads).toMatchObject({ instances: 2, series: [{ uid: '1.2.3' }] });
  expect(instances).toMatchObject({
    instances: [{ uid: '1' }, { uid: '2', blob: digest, levels: 1, presentation }],
  });
});

test('many instances, and instances of many frames, are spread over messages of bounded size', () => {
  const many = Array.from({ length: 2000 }, (_, i) => row(`${i}`, 1));
  const { parts } = partsOf(study([...many, row('long', SEGMENTS_PER_PART * 2 + 5)]));
  const instances = parts.flatMap((part) => (part.kind === 'instances' ? part.instances : []));
  expect(instances.map(({ uid }) => uid)).toEqual([...many.map(({ uid }) => uid), 'long']);
  const rest = parts.flatMap((part) => (part.kind === 'segments' ? part.segments : []));
  expect((instances.at(-1)?.frameSegments.length ?? 0) + rest.length).toBe(SEGMENTS_PER_PART * 2 + 5);
  expect(parts.slice(-3).map(({ kind }) => kind)).toEqual(['instances', 'segments', 'segments']);
});

test('an instance without frames, or with a damaged index, has none to stream and keeps nobody from the others', () => {
  const none = { framesBlob: null, frameIndex: null, format: null };
  const damaged = Uint8Array.from(row('x', 1).frameIndex ?? []).fill(9, 20, 24);
  const { parts, oddities } = partsOf(
    study([row('text', 1, none), row('bad', 1, { frameIndex: damaged }), row('good', 1)]),
  );
  expect(parts[1]).toMatchObject({
    instances: [
      { uid: 'text', blob: null, levels: 0, frameSegments: [] },
      { uid: 'bad', blob: null, levels: 0 },
      { uid: 'good', blob: digest, levels: 1 },
    ],
  });
  expect(oddities).toEqual([expect.stringMatching(/^bad: its frame index is damaged/)]);
});

test('texts without end are cut, and a presentation that makes no sense is left out', () => {
  const long: Json = { ...presentation, windows: [{ centre: 1, width: 2, explanation: 'x'.repeat(10_000) }] };
  const { parts, oddities } = partsOf(
    study([row('long', 1, { presentation: long }), row('odd', 1, { presentation: { windows: 7 } })]),
  );
  const [a, b] = parts[1]?.kind === 'instances' ? parts[1].instances : [];
  expect(a?.presentation.windows[0]?.explanation.length).toBe(4096);
  expect(b?.presentation).toMatchObject({ photometric: 'MONOCHROME2', windows: [] });
  expect(oddities).toEqual([expect.stringMatching(/^odd: its presentation is left out/)]);
});

test('tables travel with their instance, and what says nothing does not', () => {
  const lut = { first: 0, count: 2, bits: 8, explanation: 'Bone', entries: 'AAD/AA==' };
  const calibration = {
    frameOfReference: '',
    spacingCalibration: '',
    magnification: null,
    ultrasoundRegions: [],
  };
  const projection = { laterality: '', viewPosition: '', viewModified: false };
  const nothing = {
    ...calibration,
    ...projection,
    units: '',
    voiLuts: [],
    notApplied: [],
    presentationLutShape: '',
    modalityLut: null,
    overlays: 0,
  };
  const rows = study([
    row('1', 1, {
      presentation: { ...presentation, ...nothing, voiLuts: [lut], presentationLutShape: 'INVERSE' },
    }),
    row('2', 2, {
      presentation: { ...presentation, ...nothing, perFrame: [{ voiLuts: [0] }, { voiLuts: [] }] },
    }),
    row('3', 1, { presentation: { ...presentation, voiLuts: [{ ...lut, count: 65_537 }] } }),
  ]);
  const { parts, oddities } = partsOf(rows);
  const [, part] = parts;
  if (part?.kind !== 'instances') throw new Error('no instances');
  const [first, second, third] = part.instances;
  expect(first?.presentation).toEqual({
    ...presentation,
    ...{ voiLuts: [lut], presentationLutShape: 'INVERSE', overlays: 0 },
  });
  expect(second?.presentation).toEqual({ ...presentation, overlays: 0 });
  expect(second?.frameSegments.map(({ own }) => own)).toEqual([{ voiLuts: [0] }, { voiLuts: [] }]);
  expect(third?.presentation.voiLuts).toBeUndefined();
  expect(oddities).toHaveLength(1);
});
