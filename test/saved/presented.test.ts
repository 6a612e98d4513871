// Key images and presentation states over HTTP: judged by dciodvfy, DCMTK and pydicom; those that DCMTK makes are read.
import { readFileSync, writeFileSync } from 'node:fs';
import { readPart10 } from '@strata/dicom/part10';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder } from '../support/data.ts';
import { runProgram } from '../support/peers/program.ts';
import { dciodvfy, pythonJson } from '../support/peers/readers.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const files = ['I10', 'I20', 'I30'].map((name) => `${dataFolder}/series/ct-philips/${name}.dcm`);

interface Answer {
  readonly objects: readonly {
    readonly sopInstanceUid: string;
    readonly superseded: boolean;
    readonly author: string;
    readonly maker: string;
    readonly title: string;
    readonly unread: readonly string[];
    readonly content: Record<string, unknown>;
  }[];
}

let server: StrataProcess;
let study = '';
let images: string[] = [];
const { folder, remove } = temporaryFolder('presented');

beforeAll(async () => {
  server = await StrataProcess.start(`${folder}/data`);
  await store(...files);
  const read = await pythonJson<string[]>(
    `import sys, json, pydicom
ds = [pydicom.dcmread(f, stop_before_pixels=True) for f in sys.argv[1:]]
print(json.dumps([ds[0].StudyInstanceUID, *[d.SOPInstanceUID for d in ds]]))`,
    ...files,
  );
  [study = '', ...images] = read;
}, 120_000);

afterAll(async () => {
  await server?.stop();
  remove();
});

async function store(...paths: string[]): Promise<void> {
  const imported = await strata('import', '--data', `${folder}/data`, '--json', ...paths);
  expect(imported.stderr).toBe('');
}

const address = (kind: string, of = study) => `${server.url}/gateway/studies/${of}/saved/${kind}`;

async function post(kind: string, content: object, predecessors: string[] = [], of = study) {
  const response = await fetch(address(kind, of), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ author: 'Röntgen^Wilhelm', predecessors, content }),
  });
  const { sopInstanceUid = '', error } = (await response.json()) as {
    sopInstanceUid?: string;
    error?: { code: string };
  };
  return { status: response.status, uid: sopInstanceUid, code: error?.code };
}

const list = async (kind: string): Promise<Answer> => (await (await fetch(address(kind))).json()) as Answer;

/** The stored object as a file. */
async function fileOf(uid: string): Promise<string> {
  const response = await fetch(`${server.url}/gateway/instances/${uid}/file`);
  const file = `${folder}/${uid}.dcm`;
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

const title = { value: '113000', scheme: 'DCM', meaning: 'Of Interest' };
const marked = (uids: readonly string[]) => uids.map((sopInstanceUid) => ({ sopInstanceUid, frames: [] }));

it('key images are documents that others read; a version without marks takes them away and stays readable', async () => {
  const nothing = await post('key-images', { title, description: '', images: [] });
  expect(nothing).toMatchObject({ status: 422, code: 'nothing-marked' });
  const elsewhere = await post('key-images', { title, description: '', images: marked(['1.2.3']) });
  expect(elsewhere).toMatchObject({ status: 409, code: 'not-in-study' });
  const first = await post('key-images', { title, description: 'Ödem', images: marked(images.slice(0, 2)) });
  const empty = await post('key-images', { title, description: '', images: [] }, [first.uid]);
  expect([first.status, empty.status]).toEqual([201, 201]);
  const { objects } = await list('key-images');
  expect(objects.map(({ sopInstanceUid, superseded }) => [sopInstanceUid, superseded])).toEqual([
    [empty.uid, false],
    [first.uid, true],
  ]);
  expect(objects[1]).toMatchObject({ author: 'Röntgen^Wilhelm', maker: 'Strata', title: 'Of Interest' });
  for (const { uid } of [first, empty]) {
    const file = await fileOf(uid);
    expect((await dciodvfy(file)).errors).toEqual([]);
    const dumped = await runProgram('dsrdump', ['--print-instance-uid', file]);
    expect(dumped.code).toBe(0);
    expect(dumped.stdout).toContain('Key Object Selection Document');
    for (const image of uid === first.uid ? images.slice(0, 2) : []) expect(dumped.stdout).toContain(image);
  }
}, 120_000);

const pixels = { rows: 512, columns: 512 };

/** The second image as DCMTK shows it by a presentation state: brightness, 0 to 255, row by row. */
async function shownByDcmtk(state: string): Promise<{ width: number; height: number; greys: Uint8Array }> {
  const pgm = `${folder}/shown.pgm`;
  const run = await runProgram('dcmp2pgm', ['--pstate', state, files[1] ?? '', pgm]);
  expect([run.code, run.stderr]).toEqual([0, '']);
  const bytes = readFileSync(pgm);
  const head = /^P5\s+(?:#[^\n]*\n)?(\d+) (\d+)\s+255\s/.exec(bytes.subarray(0, 200).toString('latin1'));
  const [width, height] = [Number(head?.[1]), Number(head?.[2])];
  return { width, height, greys: bytes.subarray(bytes.length - width * height) };
}

const state = {
  label: 'LUNG',
  description: 'Lunge',
  images: marked([1, 0, 2].map((at) => images[at] ?? '')),
  rescale: null,
  modalityTable: false,
  windows: [{ images: [], window: { centre: 60, width: 160 }, voiFunction: 'LINEAR', lut: null }],
  inverse: true,
  areas: [
    { images: [], topLeft: [1, 512], bottomRight: [512, 1], mode: 'SCALE TO FIT', magnification: null },
  ],
  rotation: 90,
  flipped: false,
  shutter: { rectangle: [100, 400, 120, 420] },
  drawings: [],
  texts: [],
  layers: [],
};

it('presentation states are shown by DCMTK as they are meant', async () => {
  const order = { ...state, images: marked([1, 0, 2].map((at) => images[at] ?? '')) };
  const drawn = {
    ...order,
    drawings: [
      {
        ...{ images: marked([images[1] ?? '']), layer: 'MEASUREMENTS', kind: 'POLYLINE', units: 'PIXEL' },
        ...{ points: [100, 100, 200, 150.5], filled: false },
      },
      {
        ...{ images: marked([images[1] ?? '']), layer: 'MEASUREMENTS', kind: 'ARROW', units: 'PIXEL' },
        ...{ points: [300, 300, 360, 380], filled: false },
      },
    ],
    texts: [
      {
        ...{ images: marked([images[1] ?? '']), layer: 'MEASUREMENTS', text: '52.3 mm', units: 'PIXEL' },
        ...{ box: null, anchor: [200, 150.5] },
      },
    ],
    layers: [{ name: 'MEASUREMENTS', order: 1, grey: 65_535, colour: null }],
  };
  const { status, uid } = await post('presentations', drawn);
  expect(status).toBe(201);
  const file = await fileOf(uid);
  expect((await dciodvfy(file)).errors).toEqual([]);
  const { width, height, greys } = await shownByDcmtk(file);
  expect([width, height]).toEqual([pixels.rows, pixels.columns]);
  const values = await pythonJson<number[]>(
    `import sys, json, pydicom
d = pydicom.dcmread(sys.argv[1])
a = d.pixel_array * float(d.RescaleSlope) + float(d.RescaleIntercept)
print(json.dumps([float(a[int(r), int(c)]) for r, c in (p.split(',') for p in sys.argv[2:])]))`,
    files[1] ?? '',
    ...['200,200', '256,256', '300,180', '350,300'],
  );
  const places = [
    [200, 200],
    [256, 256],
    [300, 180],
    [350, 300],
  ] as const;
  for (const [at, [row, column]] of places.entries()) {
    // PS3.3 C.11.2.1.2, then upside down; turned right, a row becomes a column counted from the right.
    const x = ((values[at] ?? 0) - (60 - 0.5)) / (160 - 1) + 0.5;
    const wanted = 255 * (1 - Math.max(0, Math.min(1, x)));
    const shown = greys[column * width + (width - 1 - row)] ?? -1;
    expect(Math.abs(shown - wanted)).toBeLessThanOrEqual(2);
  }
}, 120_000);

/** What pydicom finds in a presentation state of colour images. */
const COLOURS = `
import sys, json, pydicom
d = pydicom.dcmread(sys.argv[1])
a = d.GraphicAnnotationSequence[0]
print(json.dumps({'class': d.SOPClassUID.name, 'space': d.ColorSpace, 'profile': d.ICCProfile[36:40].decode(),
  'greys': [k for k in ('SoftcopyVOILUTSequence', 'PresentationLUTShape', 'RescaleSlope') if k in d],
  'compound': a.CompoundGraphicSequence[0].CompoundGraphicType,
  'plain': [o.GraphicType for o in a.GraphicObjectSequence]}))`;

it.each(['odd/pydicom/SC_rgb.dcm', 'odd/pydicom/OBXXXX1A.dcm'])(
  'presentation states of colour images (%s) are such that others read them',
  async (name) => {
    const image = `${dataFolder}/${name}`;
    await store(image);
    const { attributes } = readPart10(readFileSync(image));
    const [of, only] = [attributes.study.uid, marked([attributes.instance.uid])];
    const drawing = { images: only, layer: 'MEASUREMENTS', kind: 'ARROW', units: 'PIXEL', filled: false };
    const areas = [{ images: [], topLeft: [1, 80], bottomRight: [90, 1], mode: 'SCALE TO FIT' }];
    const content = {
      ...{ ...state, images: only, windows: [], areas, inverse: false, shutter: { circle: [50, 50, 30] } },
      ...{ drawings: [{ ...drawing, points: [20, 20, 50, 60] }] },
    };
    const { status, uid } = await post('presentations', content, [], of);
    expect(status).toBe(201);
    const file = await fileOf(uid);
    expect((await dciodvfy(file)).errors).toEqual([]);
    expect(await pythonJson(COLOURS, file)).toEqual({
      ...{ class: 'Color Softcopy Presentation State Storage', space: 'SRGB', profile: 'acsp', greys: [] },
      ...{ compound: 'ARROW', plain: ['POLYLINE', 'POLYLINE'] },
    });
    const answer = (await (await fetch(address('presentations', of))).json()) as Answer;
    expect(answer.objects).toMatchObject([{ unread: [], content: { drawings: content.drawings } }]);
  },
  60_000,
);

it('presentation states that DCMTK makes are read', async () => {
  const file = `${folder}/dcmtk.dcm`;
  const made = await runProgram('dcmpsmk', [files[2] ?? '', file]);
  expect(made.code).toBe(0);
  await store(file);
  const { objects } = await list('presentations');
  const other = objects.find(({ maker }) => maker !== 'Strata');
  expect(other?.unread).toEqual([]);
  expect(other?.content).toMatchObject({
    images: marked([images[2] ?? '']),
    rescale: { slope: 1, intercept: -1024 },
    windows: [{ window: { centre: 40, width: 80 } }],
    areas: [{ topLeft: [1, 1], bottomRight: [512, 512], mode: 'SCALE TO FIT' }],
    inverse: false,
    rotation: 0,
  });
}, 120_000);
