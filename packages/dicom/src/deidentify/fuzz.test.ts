// Whatever a file holds, de-identification ends with an object that can be read or with an error that has a code, and no
// value of the source's identity is in what it made.
import { expect, it } from 'vitest';
import { DicomError } from '../errors.ts';
import { readPart10 } from '../part10.ts';
import { concat, element, imageFile, sequence } from '../testing/build.ts';
import { testFile } from '../testing/data.ts';
import { deidentify } from './deidentify.ts';
import { DeidentifyError } from './errors.ts';
import { BASIC_PROFILE, type DeidentifyOptions } from './options.ts';

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

const secret = new Uint8Array(32).fill(9);
const decompress = () => Promise.reject(new DicomError('unsupported-pixels', 'no decoder'));

function anyOptions(random: (below: number) => number): DeidentifyOptions {
  const yes = () => random(2) === 1;
  return {
    cleanPixelData: yes(),
    retainUids: yes(),
    retainDates: (['none', 'full', 'modified'] as const)[random(3)] ?? 'none',
    retainDevice: yes(),
    retainInstitution: yes(),
    retainPatientCharacteristics: yes(),
    cleanDescriptors: yes(),
    retainSafePrivate: yes(),
  };
}

it('survives damaged files with any options', { timeout: 30_000 }, async () => {
  const random = generator(20_260_315);
  const seeds = [
    'odd/pydicom/test-SR.dcm',
    'odd/pydicom/rtplan.dcm',
    'odd/pydicom/MR_small_implicit.dcm',
    'odd/pydicom/MR_small_bigendian.dcm',
    'odd/pydicom/image_dfl.dcm',
  ].map((name) => testFile(name).subarray(0, 60_000));
  const until = Date.now() + 4000;
  let made = 0;
  for (let round = 0; round < 1500 && Date.now() < until; round++) {
    const bytes = (seeds[round % seeds.length] ?? new Uint8Array(0)).slice();
    for (let hits = random(12); hits > 0; hits--) bytes[random(Math.min(bytes.length, 8000))] = random(256);
    try {
      const { file } = await deidentify(bytes, {
        secret,
        options: anyOptions(random),
        pixelRules: [],
        decompress,
      });
      readPart10(file);
      made += 1;
    } catch (error) {
      if (!(error instanceof DicomError || error instanceof DeidentifyError)) throw error;
    }
  }
  expect(made).toBeGreaterThan(20);
});

it('lets no identifier through, wherever it stands', { timeout: 30_000 }, async () => {
  const random = generator(7);
  const texts: [number, string][] = [
    [0x00080070, 'LO'],
    [0x00081090, 'LO'],
    [0x00081030, 'LO'],
    [0x00104000, 'LT'],
    [0x00181020, 'LO'],
    [0x00204000, 'LT'],
    [0x00081195, 'UI'],
    [0x00080104, 'LO'],
  ];
  for (let round = 0; round < 400; round++) {
    const id = `P${random(1e9)}X`;
    const uid = `1.3.6.${1 + random(1e9)}.${1 + random(1e9)}`;
    const leak = (): Uint8Array => {
      const [tag, vr] = texts[random(texts.length)] ?? [0x00104000, 'LT'];
      return element(
        tag,
        vr,
        vr === 'UI' ? uid : ([`of ${id}`, `(${uid})`, `MUSTERFRAU/${id}`][random(3)] ?? ''),
      );
    };
    const item = (): Uint8Array =>
      random(3) === 0
        ? sequence(0x00081115, [leak()], 'undefined')
        : concat(leak(), sequence(0x0040a168, [leak()], 'defined'));
    const before = concat(
      element(0x00080050, 'SH', id),
      leak(),
      element(0x00100020, 'LO', id),
      sequence(0x00081115, [item(), item()], random(2) ? 'defined' : 'undefined'),
      sequence(0x00081199, [item()], 'defined'),
      element(0x00200052, 'UI', uid),
      sequence(0x00400260, [item(), leak()], 'undefined'),
    );
    const source = imageFile([1, 2, 3, 4], { before });
    const options = { ...BASIC_PROFILE, retainDevice: random(2) === 1, cleanDescriptors: random(2) === 1 };
    const { file } = await deidentify(source, { secret, options, pixelRules: [], decompress });
    const made = Buffer.from(file);
    for (const secretText of [id, uid]) expect(made.includes(secretText), `round ${round}`).toBe(false);
  }
});
