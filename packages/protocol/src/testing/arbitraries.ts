// Random messages of every kind, for the property and fuzz tests.
import fc from 'fast-check';
import { FULL_LEVEL, MAX_FRAME, MAX_ID, MAX_LEVEL, MAX_PRIORITY } from '../limits.ts';
import type { InstanceManifest, ManifestPart, Presentation, SeriesHead, Shutter } from '../manifest.ts';
import type { ClientMessage, ServerMessage } from '../messages.ts';
import type { WorklistQuery, WorklistStudy } from '../worklist.ts';

const id = fc.integer({ min: 1, max: MAX_ID });
const u32 = fc.nat(0xffff_ffff);
const size = fc.maxSafeNat();
const words = fc.string({ unit: 'binary', maxLength: 80 });
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const uid = fc.stringMatching(/^[0-9.]{1,64}$/);
const frame = fc.nat(MAX_FRAME);
const level = fc.nat(MAX_LEVEL);
const priority = fc.nat(MAX_PRIORITY);
// Minus zero travels as zero: no field gives it a meaning.
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const number = fc.option(fc.maxSafeInteger());
const few = { maxLength: 5 };
const places = { frames: fc.uniqueArray(fc.nat(4095), few) };

const query = fc.record<WorklistQuery>(
  {
    patientName: words,
    patientId: words,
    patientNameMatch: fc.constantFrom('beginnings', 'anywhere'),
    accessionNumber: words,
    referringPhysician: words,
    description: words,
    modality: fc.array(fc.constantFrom('CT', 'MR', 'US'), few),
    dateFrom: fc.stringMatching(/^\d{8}$/),
    dateTo: fc.stringMatching(/^\d{8}$/),
    studyUid: uid,
    limit: fc.integer({ min: 1, max: 500 }),
    after: words,
    sort: fc.constantFrom('date', 'name', 'patientId', 'referringPhysician', 'images'),
    direction: fc.constantFrom('ascending', 'descending'),
  },
  { requiredKeys: ['limit'] },
);

const target = fc.oneof(
  fc.record({ frames: fc.array(fc.record({ blob: digest, frame }), few) }),
  fc.record({ series: uid }),
);

const range = { from: level, to: fc.oneof(level, fc.constant(FULL_LEVEL)) };
const ranges = fc.array(
  fc.record({ offset: fc.nat(2 ** 30), length: fc.integer({ min: 1, max: 2 ** 30 }) }),
  few,
);

/** Any message that a client may send. */
export const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    versions: fc.array(u32, few),
    token: words,
    client: words,
  }),
  fc.record({ type: fc.constant('worklist' as const), id, query }),
  fc.record({ type: fc.constant('worklist' as const), id, query, news: fc.boolean() }),
  fc.record({ type: fc.constant('study' as const), id, uid }),
  fc.record({ type: fc.constant('study' as const), id, uid, deflate: fc.boolean() }),
  fc.record({ type: fc.constant('get' as const), id, target, ...range, priority }),
  fc.record({ type: fc.constant('get' as const), id, target, ...range, priority, ranges }),
  fc.record({ type: fc.constant('cancel' as const), id, ...places }, { requiredKeys: ['type', 'id'] }),
  fc.record(
    { type: fc.constant('prioritise' as const), id, priority, ...places },
    { requiredKeys: ['type', 'id', 'priority'] },
  ),
  fc.record({ type: fc.constant('credit' as const), bytes: size }),
  fc.record({ type: fc.constant('ping' as const), id }),
  fc.record({ type: fc.constant('report' as const), blob: digest, frame, level, reason: words }),
);

const pValue = fc.integer({ min: 0, max: 65535 });
const shutter = fc.record<Shutter, keyof Shutter>(
  {
    rectangle: fc.tuple(real, real, real, real),
    circle: fc.tuple(real, real, real),
    polygon: fc.array(real, { maxLength: 12 }),
    overlay: words,
    grey: pValue,
    colour: fc.tuple(pValue, pValue, pValue),
  },
  { requiredKeys: [] },
);

const presentation = fc.record<Presentation>({
  photometric: words,
  windows: fc.array(fc.record({ centre: real, width: real, explanation: words }), few),
  voiFunction: words,
  rescale: fc.option(fc.record({ slope: real, intercept: real, type: words })),
  pixelSpacing: fc.option(fc.tuple(real, real)),
  pixelAspectRatio: fc.option(fc.tuple(real, real)),
  imagePosition: fc.option(fc.tuple(real, real, real)),
  imageOrientation: fc.option(fc.tuple(real, real, real, real, real, real)),
  sliceLocation: fc.option(real),
  pixelPadding: fc.option(fc.tuple(real, real)),
  frameTime: fc.option(real),
  burnedInLossy: words,
  palette: fc.option(fc.record({ first: fc.integer(), count: fc.nat(65536), rgb: fc.base64String() })),
  lossy: fc.record({ ratio: fc.option(real), method: words }),
  rendition: fc.record({ of: words, step: fc.option(real) }),
  unshown: words,
  frameOfReference: words,
  patientOrientation: fc.tuple(words, words),
  laterality: words,
  viewPosition: words,
  viewModified: fc.boolean(),
  units: words,
  imagerPixelSpacing: fc.tuple(real, real),
  spacingCalibration: words,
  magnification: real,
  ultrasoundRegions: fc.array(
    fc.record({
      box: fc.tuple(real, real, real, real),
      units: fc.tuple(real, real),
      deltas: fc.tuple(real, real),
    }),
    few,
  ),
  suv: fc.record({
    ...{ bw: fc.option(real), lbm: fc.option(real), bsa: fc.option(real) },
    problem: words,
  }),
  shutter,
});

const segments = fc.record({
  lengths: fc.array(u32, { maxLength: 6 }),
  crc32c: fc.array(u32, { maxLength: 6 }),
  own: fc.record({
    windows: fc.array(fc.record({ centre: real, width: real, explanation: words }), few),
    rescale: fc.record({ slope: real, intercept: real, type: words }),
    pixelSpacing: fc.tuple(real, real),
    imagePosition: fc.tuple(real, real, real),
    imageOrientation: fc.tuple(real, real, real, real, real, real),
    shutter,
  }),
});

const instanceFields = {
  uid,
  sopClassUid: uid,
  number,
  frames: size,
  format: fc.option(
    fc.record({
      width: fc.integer({ min: 1, max: 65535 }),
      height: fc.integer({ min: 1, max: 65535 }),
      samples: fc.constantFrom(1 as const, 3 as const),
      bits: fc.integer({ min: 1, max: 16 }),
      signed: fc.boolean(),
    }),
  ),
  presentation,
  blob: fc.option(digest),
  blobLength: size,
  levels: fc.nat(8),
  frameSegments: fc.array(segments, few),
};
const instance: fc.Arbitrary<InstanceManifest> = fc.oneof(
  fc.record(instanceFields),
  fc.record({ ...instanceFields, replicas: fc.array(words, few) }),
);

const study = fc.record({
  uid,
  id: words,
  accessionNumber: words,
  date: words,
  time: words,
  description: words,
  referringPhysician: words,
});

const seriesHead = fc.record<SeriesHead>({
  uid,
  number,
  modality: words,
  description: words,
  bodyPart: words,
  laterality: words,
  date: words,
  time: words,
});

const part: fc.Arbitrary<ManifestPart> = fc.oneof(
  fc.record({
    kind: fc.constant('heads' as const),
    study,
    patient: fc.record({ id: words, issuer: words, name: words, birthDate: words, sex: words }),
    series: fc.array(seriesHead, few),
    instances: size,
  }),
  fc.record({ kind: fc.constant('instances' as const), series: uid, instances: fc.array(instance, few) }),
  fc.record({
    kind: fc.constant('segments' as const),
    series: uid,
    instance: uid,
    segments: fc.array(segments, few),
  }),
);

const worklistStudy = fc.record<WorklistStudy>({
  studyUid: uid,
  patientName: words,
  patientId: words,
  birthDate: words,
  sex: words,
  accessionNumber: words,
  studyDate: words,
  studyTime: words,
  description: words,
  referringPhysician: words,
  modalities: fc.array(words, few),
  seriesCount: size,
  instanceCount: size,
  frameCount: size,
  bytes: size,
});

const pool = fc.array(
  fc.record(
    {
      id: words,
      name: words,
      endpoints: fc.array(fc.constantFrom('ws://127.0.0.1:4280/stream', 'wss://a.example/stream'), few),
      load: real,
      site: words,
    },
    { requiredKeys: ['id', 'name', 'endpoints', 'load'] },
  ),
  few,
);

/** Any message that a server may send. */
export const serverMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({
    type: fc.constant('welcome' as const),
    version: u32,
    serverId: words,
    name: words,
    pool,
    limits: fc.record({
      credit: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      maxRequests: fc.integer({ min: 1, max: 1 << 20 }),
      maxFrames: fc.integer({ min: 1024, max: 4096 }),
      silence: fc.integer({ min: 1, max: 86_400_000 }),
    }),
  }),
  fc.record({
    type: fc.constant('worklistPage' as const),
    id,
    page: fc.record(
      {
        studies: fc.array(worklistStudy, few),
        next: fc.option(words),
        total: size,
        totalKind: fc.constantFrom('exact', 'moreThan'),
      },
      { requiredKeys: ['studies', 'next', 'total'] },
    ),
  }),
  fc.record({ type: fc.constant('manifest' as const), id, part, last: fc.boolean() }),
  fc.record({
    type: fc.constant('level' as const),
    id,
    blob: digest,
    frame,
    level,
    crc32c: u32,
    offset: fc.nat(2 ** 28),
    length: fc.nat(2 ** 28),
  }),
  fc.record({ type: fc.constant('done' as const), id, levels: size, bytes: size }),
  fc
    .record({ type: fc.constant('error' as const), id: fc.option(id), code: words, message: words })
    .map((m) => ({
      ...m,
      code: m.code.slice(0, 60),
    })),
  fc.record({ type: fc.constant('goaway' as const), reason: words }),
  fc.record({ type: fc.constant('servers' as const), pool }),
  fc.record({ type: fc.constant('changed' as const), study: uid }),
  fc.record({ type: fc.constant('worklistChanged' as const) }),
  fc.record({ type: fc.constant('pong' as const), id }),
);
