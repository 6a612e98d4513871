// Rendered images beside what pydicom and numpy make of the same files.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles, dataFolder } from '../support/data.ts';
import { pythonJson } from '../support/peers/readers.ts';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';
import { DicomwebClient, firstValue, itemsOf } from './client.ts';

const { folder, remove } = temporaryFolder('dicomweb-rendered');
const data = path.join(folder, 'data');
let strata: StrataProcess;
let client: DicomwebClient;

beforeAll(async () => {
  strata = await StrataProcess.start(data, '--dicom-port', '0');
  client = new DicomwebClient(strata.url);
});
afterAll(async () => {
  await strata?.stop();
  remove();
});

/** Stores a file. @returns the address of its instance */
async function stored(file: string): Promise<string> {
  const { answer } = await client.store([readFileSync(file)]);
  const [found] = await client.json(String(firstValue(itemsOf(answer, '00081199')[0], '00081190')));
  return String(firstValue(found, '00081190'));
}

/** Fetches an image and keeps it as a file, for other programs. */
async function fetched(address: string, accept: string): Promise<string> {
  const response = await client.get(address, accept);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  expect(response.headers.get('content-type')).toBe(accept);
  const file = path.join(folder, 'image');
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

/** What pydicom shows of a file (the expression makes `shown` of the data set `d`), and how far the image is from it. */
const compare = (expression: string) => `
import sys, json, numpy as np, pydicom
from PIL import Image
from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi_lut, apply_color_lut, convert_color_space
d = pydicom.dcmread(sys.argv[1], force=True)
image = np.asarray(Image.open(sys.argv[2])).astype(float)
${expression}
shown = np.clip(np.round(shown), 0, 255)
same = image.shape == shown.shape
print(json.dumps({'shape': list(image.shape), 'same': same, 'worst': float(np.abs(image - shown).max()) if same else -1, 'mean': float(np.abs(image - shown).mean()) if same else -1}))
`;

interface Compared {
  shape: number[];
  same: boolean;
  worst: number;
  mean: number;
}

const windowed = (centre: string, width: string) => `
x = apply_modality_lut(d.pixel_array, d).astype(float)
shown = ((x - (${centre} - 0.5)) / (${width} - 1) + 0.5) * 255
`;
const own = windowed(
  'float(pydicom.multival.MultiValue(float, [d.WindowCenter] if isinstance(d.WindowCenter, float) else list(d.WindowCenter))[0])',
  'float(([d.WindowWidth] if isinstance(d.WindowWidth, float) else list(d.WindowWidth))[0])',
);

describe('a rendered image', () => {
  it('of a CT slice shows its own window as pydicom does', async () => {
    const [, file = ''] = dataFiles('series/ct-philips');
    const image = await fetched(`${await stored(file)}/rendered`, 'image/png');
    const result = await pythonJson<Compared>(compare(own), file, image);
    expect(result).toMatchObject({ same: true });
    expect(result.worst).toBeLessThanOrEqual(1);
  });

  it('shows the window that is asked for, also as JPEG', async () => {
    const [, file = ''] = dataFiles('series/ct-philips');
    const address = `${await stored(file)}/rendered?window=40,400,linear`;
    const png = await pythonJson<Compared>(
      compare(windowed('40', '400')),
      file,
      await fetched(address, 'image/png'),
    );
    expect(png.worst).toBeLessThanOrEqual(1);
    const jpeg = await fetched(`${address}&quality=95`, 'image/jpeg');
    expect((await pythonJson<Compared>(compare(windowed('40', '400')), file, jpeg)).mean).toBeLessThan(3);
  });

  it.each([
    ['odd/pydicom/OBXXXX1A.dcm', 'shown = apply_color_lut(d.pixel_array, d) / 257.0'],
    ['odd/pydicom/SC_rgb.dcm', 'shown = d.pixel_array.astype(float)'],
    [
      'odd/pydicom/SC_ybr_full_uncompressed.dcm',
      "shown = convert_color_space(d.pixel_array, 'YBR_FULL', 'RGB').astype(float)",
    ],
  ])('of %s has its colours', async (name, expression) => {
    const file = path.join(dataFolder, name);
    const image = await fetched(`${await stored(file)}/rendered`, 'image/png');
    const result = await pythonJson<Compared>(compare(expression), file, image);
    expect(result).toMatchObject({ same: true });
    expect(result.worst).toBeLessThanOrEqual(2);
  });

  it('of MONOCHROME1 is dark where its values are high', async () => {
    const [, , file = ''] = dataFiles('series/ct-philips');
    const turned = path.join(folder, 'monochrome1.dcm');
    const text = readFileSync(file).toString('latin1').replace('MONOCHROME2', 'MONOCHROME1');
    writeFileSync(turned, Buffer.from(text, 'latin1'));
    const address = `${await stored(turned)}/rendered?window=40,400,linear`;
    const inverted = `${windowed('40', '400')}\nshown = 255 - np.clip(shown, 0, 255)`;
    const result = await pythonJson<Compared>(compare(inverted), turned, await fetched(address, 'image/png'));
    expect(result.worst).toBeLessThanOrEqual(1);
  });

  it('fits a viewport, shows a part, and is mirrored by a negative side', async () => {
    const [, file = ''] = dataFiles('series/ct-philips');
    const address = `${await stored(file)}/rendered`;
    const part = await fetched(
      `${address}?window=40,400,linear&viewport=100,100,100,200,-100,100`,
      'image/png',
    );
    const expression = `${windowed('40', '400')}\nshown = shown[200:300, 100:200][:, ::-1]`;
    const result = await pythonJson<Compared>(compare(expression), file, part);
    expect(result).toMatchObject({ same: true, shape: [100, 100] });
    expect(result.worst).toBeLessThanOrEqual(1);
    const small = await fetched(`${address}?viewport=100,50`, 'image/png');
    expect((await pythonJson<Compared>(compare('shown = image'), file, small)).shape).toEqual([50, 50]);
  });

  it('stands for a series and a study as a thumbnail, and for each instance of them', async () => {
    const [, file = ''] = dataFiles('series/ct-philips');
    const series = (await stored(file)).replace(/\/instances.*/, '');
    for (const resource of [series, series.replace(/\/series.*/, '')]) {
      const image = await fetched(`${resource}/thumbnail`, 'image/jpeg');
      expect((await pythonJson<Compared>(compare('shown = image'), file, image)).shape).toEqual([256, 256]);
      const [first] = await client.parts(`${resource}/rendered`, 'multipart/related; type="image/jpeg"');
      expect(first?.headers['content-type']).toBe('image/jpeg');
    }
    expect((await client.get(`${series}/rendered`, 'image/jpeg')).status).toBe(406);
  });

  it('of frames is one of each, and what is not done is said', async () => {
    const address = await stored(path.join(dataFolder, 'odd/pydicom/eCT_Supplemental.dcm'));
    const parts = await client.parts(`${address}/frames/1,2/rendered`, 'multipart/related; type="image/png"');
    expect(parts).toHaveLength(2);
    const response = await client.get(`${address}/frames/2/rendered?annotation=patient`, 'image/png');
    expect(response.headers.get('warning')).toMatch(/annotation/);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(parts[1]?.body);
  });

  it('of an object without pixels is not there', async () => {
    const address = await stored(path.join(dataFolder, 'odd/pydicom/test-SR.dcm'));
    expect((await client.get(`${address}/rendered`)).status).toBe(404);
    expect((await client.get(`${address}/thumbnail`)).status).toBe(404);
  });
});
