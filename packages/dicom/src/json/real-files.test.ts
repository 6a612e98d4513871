// DICOM JSON of every real file beside what DCMTK's dcm2json and dcmjs make of it, and written back to bytes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { data, log } from 'dcmjs';
import { afterAll, describe, expect, it } from 'vitest';
import { type DataSet, readDataSet } from '../data-set.ts';
import { Tag } from '../tags.ts';
import { testFile, testFiles } from '../testing/data.ts';
import { openDataSet } from '../testing/open-data-set.ts';
import { EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from '../transfer-syntax.ts';
import { toDicomJson } from './read-json.ts';
import type { DicomJson, DicomJsonElement } from './types.ts';
import { writeDataSet } from './write-data-set.ts';

/** Of a series a few files say what all do. */
const names = testFiles().filter((name) => !name.startsWith('series/') || /0001\.|0142\./.test(name));
const folder = mkdtempSync(path.join(tmpdir(), 'strata-json-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const everything = { maxInline: 2 ** 30, bulkDataUri: (tagPath: string) => tagPath };

function* dataSets(): Generator<{ name: string; file: Uint8Array; set: DataSet }> {
  for (const name of names) {
    const file = testFile(name);
    const set = openDataSet(file);
    if (set) yield { name, file, set };
  }
}

/** What dcm2json 3.6.7 says, or null where it gives up: it does not take compressed pixels and some character sets. */
function dcm2json(file: Uint8Array, set: DataSet): DicomJson | null {
  const pixels = set.elements.get(Tag.PixelData);
  const shortened = path.join(folder, 'file.dcm');
  writeFileSync(
    shortened,
    pixels && set.bytes.length === file.length ? file.subarray(0, pixels.start) : file,
  );
  try {
    const text = execFileSync('dcm2json', ['-q', shortened], { stdio: ['ignore', 'pipe', 'ignore'] });
    return JSON.parse(text.toString()) as DicomJson;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error('dcm2json is missing: apt-get install dcmtk');
    return null;
  }
}

/** Where two JSON values differ, with numbers taken for equal up to the 9 digits that dcm2json writes. */
function* differences(ours: unknown, theirs: unknown, at: string): Generator<string> {
  if (ours === theirs || (ours === undefined && isNothing(theirs))) return;
  if (
    typeof ours === 'number' &&
    Math.abs(ours - Number(String(theirs).replace('\0', ''))) <= Math.abs(ours) * 1e-8
  )
    return;
  if (typeof ours !== 'object' || typeof theirs !== 'object' || !ours || !theirs) {
    yield `${at}: ${JSON.stringify(ours)?.slice(0, 60)} | ${JSON.stringify(theirs)?.slice(0, 60)}`;
    return;
  }
  // What the file does not know and one dictionary does, the private one of DCMTK or ours for pixel padding.
  const vrs = [(ours as DicomJsonElement).vr, (theirs as DicomJsonElement).vr];
  if (vrs.includes('UN') && vrs[0] !== vrs[1]) return;
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    if (key >= '7FE0' && key.length === 8) continue; // what was cut off for dcm2json
    yield* differences(
      (ours as Record<string, unknown>)[key],
      (theirs as Record<string, unknown>)[key],
      `${at}/${key}`,
    );
  }
}

/** NUL in text is padding, which dcm2json keeps; and a list of empty values is no value. */
function isNothing(theirs: unknown): boolean {
  return Array.isArray(theirs) && theirs.every((value) => value === null || /^\0*$/.test(String(value)));
}

describe('DICOM JSON of the real files', () => {
  it('is what dcm2json makes of them', () => {
    const found: string[] = [];
    let compared = 0;
    for (const { name, file, set } of dataSets()) {
      const theirs = dcm2json(file, set);
      if (!theirs) continue;
      compared++;
      found.push(...differences(toDicomJson(set, everything), theirs, name));
    }
    expect(compared).toBeGreaterThan(140);
    const explained = [
      // A directory's records keep the name of the character set that they no longer have.
      /^odd\/fo-dicom\/DICOMDIR.dcm.*\/00080005/,
      // Text that no character set was declared for: DCMTK leaves bytes that are no UTF-8.
      /^odd\/fo-dicom\/GH1301\.dcm\/00100040/,
      // An odd length, padded.
      /^odd\/pydicom\/nested_priv_SQ\.dcm\/00010001/,
    ];
    expect(found.filter((one) => !explained.some((reason) => reason.test(one)))).toEqual([]);
  });

  it('has the text of dcmjs', () => {
    log.getLogger('validation.dcmjs').setLevel('silent');
    let compared = 0;
    for (const { name, file, set } of dataSets()) {
      let dict: Record<string, { vr: string; Value: unknown[] } | undefined>;
      try {
        dict = data.DicomMessage.readFile(file.slice().buffer as ArrayBuffer, { ignoreErrors: true }).dict;
      } catch {
        continue; // it takes fewer files
      }
      if (name === 'odd/pydicom/bad_sequence.dcm') continue; // it takes the letters out of UIDs
      const json = toDicomJson(set, everything);
      for (const tag of [
        '0020000D',
        '00080060',
        '00080020',
        '00081030',
        '00080070',
        '00200011',
        '00281050',
      ]) {
        const theirs = dict[tag]?.Value?.filter(
          (value) => value !== '' && value !== null && value !== undefined,
        );
        if (!theirs?.length || !json[tag]?.Value) continue;
        const ours = json[tag].Value.filter((value) => value !== null);
        expect([name, tag, ours.map(String)]).toEqual([
          name,
          tag,
          theirs.map((value) =>
            String(value)
              .replace(/[\0 ]+$/, '')
              .trim(),
          ),
        ]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('is the same after it was written and read again, in every encoding', () => {
    let written = 0;
    for (const { name, set } of dataSets()) {
      const json = toDicomJson(set, { maxInline: 2 ** 20 });
      for (const encoding of [EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG]) {
        for (const sequences of ['defined', 'undefined'] as const) {
          const bytes = writeDataSet(json, encoding, { sequences });
          expect([name, bytes.length % 2]).toEqual([name, 0]);
          const back = toDicomJson(readDataSet(bytes, 0, encoding), { maxInline: 2 ** 20 });
          // Without representations a private element is unknown when it comes back.
          const lost = encoding.vr === 'implicit' ? [...differencesIn(json, back)] : [];
          if (encoding.vr === 'explicit') expect([name, plain(back)]).toEqual([name, plain(json)]);
          expect(lost.filter((one) => !/^\/|\/[0-9A-F]{3}[13579BDF]/.test(one))).toEqual([]);
          written++;
        }
      }
    }
    expect(written).toBeGreaterThan(900);
  });
});

function differencesIn(ours: DicomJson, theirs: DicomJson): Generator<string> {
  return differences(ours, theirs, '');
}

/** Without the character set, which items take over from the data set when they are written, and with even bytes. */
function plain(json: DicomJson): unknown {
  const text = JSON.stringify(json, (key, value) => {
    if (key === '00080005') return undefined;
    if (key === 'InlineBinary')
      return Buffer.from(value, 'base64')
        .toString('hex')
        .replace(/^((?:....)*)(..)$/, '$1$200');
    return value;
  });
  return JSON.parse(text);
}
