// De-identification on every file of the test data, judged by others: pydicom looks for what should be gone, dciodvfy for
// what should be there, and our own reader for the pixels.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decompress } from '@strata/dicom/deidentify/decompress';
import { deidentify } from '@strata/dicom/deidentify/deidentify';
import { BASIC_PROFILE, type DeidentifyOptions } from '@strata/dicom/deidentify/options';
import { DicomError } from '@strata/dicom/errors';
import { openImage } from '@strata/dicom/image/open-image';
import { type DicomFile, readPart10 } from '@strata/dicom/part10';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDataFiles } from '../support/data.ts';
import { dciodvfy, python } from '../support/peers/readers.ts';
import { temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('deidentify');
afterAll(remove);

const secret = new Uint8Array(32).fill(42);
const table = path.resolve(import.meta.dirname, '../../packages/dicom/src/deidentify/profile-table.ts');
const checker = readFileSync(path.join(import.meta.dirname, 'check.py'), 'utf8');
/** Files of the test data that are no objects or are cut short; the others must all be de-identified. */
const UNREADABLE = 20;

interface Made {
  readonly source: string;
  readonly output: string;
}

/** De-identifies every file that can be read. */
async function makeAll(name: string, options: Partial<DeidentifyOptions>): Promise<Made[]> {
  const place = path.join(folder, name);
  mkdirSync(place);
  const made: Made[] = [];
  for (const [index, source] of allDataFiles().entries()) {
    const output = path.join(place, `${index}.dcm`);
    const input = { secret, options: { ...BASIC_PROFILE, ...options }, pixelRules: [], decompress };
    try {
      const { file } = await deidentify(new Uint8Array(readFileSync(source)), input);
      writeFileSync(output, file);
      made.push({ source, output });
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
    }
  }
  return made;
}

async function problems(made: readonly Made[], ...options: string[]): Promise<string> {
  const manifest = path.join(folder, 'manifest.tsv');
  writeFileSync(manifest, made.map(({ source, output }) => `${source}\t${output}\n`).join(''));
  const { code, stdout, stderr } = await python(checker, table, manifest, ...options);
  return code === 0 ? stdout : `${stdout}\n${stderr}`;
}

describe('every file of the test data', () => {
  let basic: Made[] = [];
  beforeAll(async () => {
    basic = await makeAll('basic', {});
  }, 60_000);

  it('is de-identified, but for those that are no objects', () => {
    expect(allDataFiles().length - basic.length).toBeLessThanOrEqual(UNREADABLE);
  });

  it('keeps no attribute of the profile and no value of its patient', { timeout: 60_000 }, async () => {
    expect(await problems(basic)).toBe('');
  });

  it('is found guilty by the same check when it was not de-identified', { timeout: 60_000 }, async () => {
    const [first] = basic.filter(({ source }) => source.includes('ct-ge'));
    if (!first) throw new Error('no such file');
    const marked = readFileSync(first.output);
    const source = readFileSync(first.source);
    const identified = path.join(folder, 'identified.dcm');
    writeFileSync(identified, source);
    expect(marked.equals(source)).toBe(false);
    expect(await problems([{ source: first.source, output: identified }])).toMatch(
      /to be removed|as in the source/,
    );
  });

  it('is as valid as before for dciodvfy', { timeout: 120_000 }, async () => {
    const worse: string[] = [];
    const waiting = basic.values();
    const lane = async () => {
      for (const { source, output } of waiting) {
        const [before, after] = await Promise.all([errorsOf(source), errorsOf(output)]);
        // What it cannot read to the end it cannot judge.
        if ([...before].some((line) => /read failed|not valid DICOM|Encoding|too short/i.test(line)))
          continue;
        for (const line of after)
          if (!before.has(line) && !demanded.test(line)) worse.push(`${source}: ${line}`);
      }
    };
    await Promise.all([lane(), lane()]);
    expect(worse).toEqual([]);
  });

  it('has the same pixels', { timeout: 120_000 }, async () => {
    let compared = 0;
    for (const { source, output } of basic) {
      const [before, after] = [read(source), read(output)];
      const fragments = [fragmentsOf(before), fragmentsOf(after)];
      if (fragments[0] && fragments[1]) {
        expect(fragments[0].equals(fragments[1]), source).toBe(true);
        compared += 1;
      } else if (before.source.kind === 'native' || fragments[0]) {
        const [one, two] = [await openImage(before), await openImage(after)];
        for (const index of new Set([0, (one.frames?.count ?? 1) - 1])) {
          expect(samePixels(one.frames?.frame(index), two.frames?.frame(index)), source).toBe(true);
        }
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(350);
  });

  it('comes to the same bytes another time', async () => {
    for (const { source, output } of basic.filter((_, index) => index % 9 === 0)) {
      const input = { secret, options: BASIC_PROFILE, pixelRules: [], decompress };
      const { file } = await deidentify(new Uint8Array(readFileSync(source)), input);
      expect(readFileSync(output).equals(file), source).toBe(true);
    }
  });

  it('stays in its study, series and frame of reference', () => {
    const uids = (file: string) => {
      const { study, series, patient } = read(file).attributes;
      return { study: study.uid, series: series.uid, patient: patient.id };
    };
    const others = { study: new Map<string, string>(), series: new Map<string, string>() };
    for (const { source, output } of basic) {
      const [before, after] = [uids(source), uids(output)];
      for (const kind of ['study', 'series'] as const) {
        const known = others[kind].get(before[kind]);
        if (known) expect(after[kind], source).toBe(known);
        others[kind].set(before[kind], after[kind]);
        expect(after[kind]).not.toBe(before[kind]);
      }
      expect(after.patient).toMatch(/^[0-9A-Z]{16}$/);
    }
    for (const kind of ['study', 'series'] as const) {
      expect(new Set(others[kind].values()).size).toBe(others[kind].size);
    }
  });

  it.each([
    ['uids', { retainUids: true }],
    ['full-dates', { retainDates: 'full' }],
    ['device', { retainDevice: true }],
    ['modified-dates', { retainDates: 'modified' }],
  ] as const)(
    'keeps with the option for %s what it says and no more',
    { timeout: 120_000 },
    async (name, options) => {
      expect(await problems(await makeAll(name, options), name)).toBe('');
    },
  );
});

/** What the table demands to remove although an animal's object has to have it (PS3.3 C.7.1.1 has it as type 2C). */
const demanded = /<\/Responsible(Person|Organization)\(/;

async function errorsOf(file: string): Promise<Set<string>> {
  const { errors } = await dciodvfy(file);
  return new Set(errors.map((line) => line.replace(/\d+(\.\d+){3,}/g, 'UID').replace(/ = <.*$/, '')));
}

function read(file: string): DicomFile {
  return readPart10(new Uint8Array(readFileSync(file)));
}

/** The compressed pixels as they stand in the file. */
function fragmentsOf({ source, dataSet }: DicomFile): Buffer | null {
  if (source.kind !== 'encapsulated') return null;
  const { valueStart, length } = source.pixels.element;
  return Buffer.from(dataSet.bytes.buffer, dataSet.bytes.byteOffset + valueStart, length);
}

function samePixels(one: ArrayBufferView | undefined, two: ArrayBufferView | undefined): boolean {
  if (!one || !two) return one === two;
  const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes(one).equals(bytes(two));
}
