// What de-identification does to made-up objects: every action of the profile, nested, in every encoding.
import { describe, expect, it } from 'vitest';
import { toDicomJson } from '../json/read-json.ts';
import { readPart10 } from '../part10.ts';
import { concat, element, fileMeta, imageDataSet, imageFile, latin, sequence } from '../testing/build.ts';
import {
  EXPLICIT_BIG,
  EXPLICIT_BIG_UID,
  EXPLICIT_LITTLE_UID,
  IMPLICIT_LITTLE,
  IMPLICIT_LITTLE_UID,
} from '../transfer-syntax.ts';
import { type DeidentifyInput, deidentify } from './deidentify.ts';
import { BASIC_PROFILE, type DeidentifyOptions } from './options.ts';

const secret = new Uint8Array(32).fill(3);
const decompress = () => Promise.reject(new Error('no decoder'));

function input(
  options: Partial<DeidentifyOptions> = {},
  more: Partial<DeidentifyInput> = {},
): DeidentifyInput {
  return { secret, options: { ...BASIC_PROFILE, ...options }, pixelRules: [], decompress, ...more };
}

async function run(
  file: Uint8Array,
  options: Partial<DeidentifyOptions> = {},
  more: Partial<DeidentifyInput> = {},
) {
  const made = await deidentify(file, input(options, more));
  const json = toDicomJson(readPart10(made.file).dataSet, { maxInline: 1000 });
  const value = (tag: string) => json[tag]?.Value?.[0];
  const outcomes = Object.fromEntries(
    made.report.attributes.map(({ tag, outcome, why }) => [tag, why ?? outcome]),
  );
  return { ...made, json, value, outcomes };
}

const patient = concat(
  element(0x00080020, 'DA', '20240229'),
  element(0x00080050, 'SH', 'ACC-4711'),
  element(0x00080080, 'LO', 'General Hospital'),
  element(0x00081030, 'LO', 'CT chest for Dr. Test'),
  element(0x0008103e, 'LO', 'axial 5mm'),
  sequence(0x00081140, [element(0x00081155, 'UI', '1.2.77')], 'undefined'),
  element(0x00090010, 'LO', 'ACME'),
  element(0x00091001, 'LO', 'secret'),
  element(0x00100020, 'LO', 'PID-0815'),
  element(0x00100030, 'DA', '19500101'),
  element(0x00101010, 'AS', '074Y'),
  element(0x00181000, 'LO', 'SN-1'),
  element(0x00181030, 'LO', 'protocol of PID-0815'),
  element(0x0020000d, 'UI', '1.2.4'),
  element(0x00200052, 'UI', '1.2.88'),
);
const file = imageFile([1, 2, 3, 4], { before: patient });

describe('the basic profile', () => {
  it('removes, empties, replaces and keeps as the table says, and reports it without values', async () => {
    const { value, json, outcomes, report } = await run(file);
    expect(value('00100010')).toEqual({ Alphabetic: expect.stringMatching(/^ANON\^[0-9A-Z]{16}$/) });
    expect(value('00100020')).toMatch(/^[0-9A-Z]{16}$/);
    expect(value('00080050')).toMatch(/^[0-9A-Z]{16}$/);
    expect(json['00080020']).toEqual({ vr: 'DA' });
    expect(json['00100030']).toEqual({ vr: 'DA' });
    for (const gone of ['00081030', '0008103E', '00101010', '00090010', '00091001'])
      expect(json[gone]).toBeUndefined();
    expect(value('00080080')).toBe('REMOVED');
    expect(value('00181030')).toBe('REMOVED');
    expect(value('00080060')).toBe('OT');
    expect(outcomes).toMatchObject({ '00091001': 'private', '00081030': 'removed', '00080020': 'emptied' });
    for (const original of ['PID-0815', 'ACC-4711', 'Test', 'Hospital', '20240229', '1.2.77']) {
      expect(JSON.stringify(report)).not.toContain(original);
    }
  });

  it('replaces UIDs alike in attributes, references and the file meta information, but not those of the standard', async () => {
    const { value, json, file: made, report } = await run(file);
    expect(value('00080016')).toBe('1.2.840.10008.5.1.4.1.1.7');
    expect(value('00080018')).toBe(report.sopInstanceUid);
    expect(Buffer.from(made).includes(`${report.sopInstanceUid}`)).toBe(true);
    const other = await run(
      imageFile([1], { rows: 1, columns: 1, before: element(0x00080058, 'UI', '1.2.77\\1.2.88') }),
    );
    const [reference, frame] = other.json['00080058']?.Value ?? [];
    const item = json['00081140']?.Value?.[0] as Record<string, { Value: unknown[] }>;
    expect(item['00081155']?.Value).toEqual([reference]);
    expect(value('00200052')).toBe(frame);
  });

  it('says what it did', async () => {
    const { value, json } = await run(file);
    expect(value('00120062')).toBe('YES');
    expect(value('00120063')).toContain('PS3.15 2026c');
    expect(JSON.stringify(json['00120064'])).toContain('113100');
    expect(value('00280303')).toBe('REMOVED');
    expect(json['00280301']).toBeUndefined();
  });

  it('leaves the pixels as they are and clears the preamble', async () => {
    const withPreamble = file.slice();
    withPreamble.set(latin('TIFF or a name'), 4);
    const { file: made } = await run(withPreamble);
    expect(made.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
    expect(readPart10(made).pixels?.value).toEqual(readPart10(file).pixels?.value);
  });

  it.each([
    ['implicit', IMPLICIT_LITTLE, IMPLICIT_LITTLE_UID],
    ['big endian', EXPLICIT_BIG, EXPLICIT_BIG_UID],
  ] as const)('comes to the same from %s', async (_, encoding, uid) => {
    const before = concat(
      element(0x00080020, 'DA', '20240229', encoding),
      element(0x00100020, 'LO', 'PID-0815', encoding),
      element(0x00280106, 'US', [7], encoding),
    );
    const set = imageDataSet([1, 2, 3, 258], { before, encoding });
    const little = imageDataSet([1, 2, 3, 258], {
      before: concat(
        element(0x00080020, 'DA', '20240229'),
        element(0x00100020, 'LO', 'PID-0815'),
        element(0x00280106, 'US', [7]),
      ),
    });
    const [one, two] = [
      await run(concat(fileMeta(uid), set)),
      await run(concat(fileMeta(EXPLICIT_LITTLE_UID), little)),
    ];
    expect(Buffer.from(one.file).equals(Buffer.from(two.file))).toBe(true);
  });

  it('removes what nobody knows and sequences that cannot be read', async () => {
    const before = concat(
      element(0x00080005, 'CS', 'ISO_IR 100'),
      element(0x00081115, 'SQ', latin('this is no item at all. ')),
      element(0x0008fff0, 'LO', 'who knows'),
    );
    const { json, outcomes } = await run(imageFile([1, 2, 3, 4], { before }));
    expect(json['00081115']).toBeUndefined();
    expect(json['0008FFF0']).toBeUndefined();
    expect(outcomes).toMatchObject({ '00081115': 'unreadable', '0008FFF0': 'unknown' });
  });

  it('finds names, identifiers, dates and UIDs where they are repeated', async () => {
    const before = concat(
      element(0x00080020, 'DA', '20240229'),
      element(0x00080070, 'LO', 'Built for TEST by ACME'),
      element(0x00081090, 'LO', 'Model of 29.02.2024'),
      element(0x00100020, 'LO', 'PID-0815'),
      element(0x00181016, 'LO', 'see 1.2.4 and 1.2.99'),
      element(0x00181018, 'LO', 'no PID-08151'),
      element(0x00181030, 'LO', 'x'),
      element(0x00181019, 'LO', 'v20240229x'),
      element(0x00181250, 'SH', 'coil-PID-0815'),
      element(0x0020000d, 'UI', '1.2.4'),
    );
    const { value, outcomes } = await run(imageFile([1, 2, 3, 4], { before }));
    expect(value('00080070')).toBe('REMOVED');
    expect(value('00081090')).toBe('REMOVED');
    expect(value('00181250')).toBe('REMOVED');
    expect(value('00181019')).toBe('REMOVED');
    expect(value('00181016')).toMatch(/^see 2\.25\.\d+ and 1\.2\.99$/);
    expect(value('00181018')).toBe('no PID-08151');
    expect(outcomes['00080070']).toBe('repeats-identity');
  });

  it('takes overlays out, those in the unused bits of the pixels too', async () => {
    const overlay = concat(
      element(0x60000010, 'US', [2]),
      element(0x60000011, 'US', [2]),
      element(0x60000102, 'US', [15]),
    );
    const set = imageDataSet([0x8001, 0x0002, 0x8003, 0x0fff], { bitsStored: 12 });
    const at = set.length - 20;
    const source = concat(fileMeta(EXPLICIT_LITTLE_UID), set.subarray(0, at), overlay, set.subarray(at));
    const { json, file: made } = await run(source);
    expect(Object.keys(json).some((tag) => tag.startsWith('60'))).toBe(false);
    expect([...(readPart10(made).pixels?.value ?? [])]).toEqual([1, 0, 2, 0, 3, 0, 0xff, 0x0f]);
  });

  it('keeps the shape of a report and nothing of its content', async () => {
    const item = concat(
      element(0x0040a010, 'CS', 'CONTAINS'),
      element(0x0040a040, 'CS', 'TEXT'),
      element(0x0040a160, 'UT', 'John has a cold'),
    );
    const before = sequence(0x0040a730, [item, item], 'defined');
    const { json } = await run(imageFile([1, 2, 3, 4], { before }));
    expect(json['0040A730']?.Value).toEqual([
      {
        '0040A010': { vr: 'CS', Value: ['CONTAINS'] },
        '0040A040': { vr: 'CS', Value: ['TEXT'] },
        '0040A160': { vr: 'UT', Value: ['REMOVED'] },
      },
    ]);
  });

  it('puts an empty page in the place of a document', async () => {
    const before = concat(
      element(0x00420011, 'OB', latin('%PDF of John Test')),
      element(0x00420012, 'LO', 'application/pdf'),
      element(0x00420015, 'UL', new Uint8Array([17, 0, 0, 0])),
    );
    const { json, value } = await run(imageFile([1, 2, 3, 4], { before }));
    const document = Buffer.from(json['00420011']?.InlineBinary ?? '', 'base64').toString();
    expect(document).toMatch(/^%PDF-1\.4\n/);
    expect(document).not.toContain('John');
    expect(value('00420015')).toBe(document.replace(/\0$/, '').length);
  });

  it('knows a patient by the id, or by the name where there is none', async () => {
    const codeOf = async (...elements: Uint8Array[]) => {
      const set = concat(
        element(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'),
        element(0x00080018, 'UI', '1.2.3'),
        ...elements,
        element(0x0020000d, 'UI', '1.2.4'),
        element(0x0020000e, 'UI', '1.2.5'),
      );
      const { report } = await run(concat(fileMeta(EXPLICIT_LITTLE_UID), set));
      expect(report.attributes.length).toBeGreaterThan(0);
      const { value } = await run(concat(fileMeta(EXPLICIT_LITTLE_UID), set));
      return (value('00100010') as { Alphabetic: string }).Alphabetic;
    };
    const name = (text: string) => element(0x00100010, 'PN', text);
    const id = (text: string) => element(0x00100020, 'LO', text);
    expect(await codeOf(name('A^B'), id('1'))).toBe(await codeOf(name('B^A'), id('1 ')));
    expect(await codeOf(name('A^B'), id('1'))).not.toBe(await codeOf(name('A^B'), id('2')));
    expect(await codeOf(name('A^B'))).toBe(await codeOf(name('a^b')));
    expect(await codeOf(name('A^B'))).not.toBe(await codeOf(name('A^C')));
  });
});

describe('the options', () => {
  it('retain UIDs', async () => {
    const { value, json } = await run(file, { retainUids: true });
    expect(value('0020000D')).toBe('1.2.4');
    expect(value('00200052')).toBe('1.2.88');
    expect(JSON.stringify(json['00081140'])).toContain('1.2.77');
    expect(JSON.stringify(json['00120064'])).toContain('113110');
  });

  it('retain dates as they are, or a number of days earlier', async () => {
    const full = await run(file, { retainDates: 'full' });
    expect(full.value('00080020')).toBe('20240229');
    expect(full.value('00280303')).toBe('UNMODIFIED');
    expect(full.json['00100030']).toEqual({ vr: 'DA' });
    const modified = await run(file, { retainDates: 'modified' });
    expect(modified.value('00080020')).toMatch(/^20[12]\d{5}$/);
    expect(modified.value('00080020')).not.toBe('20240229');
    expect(modified.value('00280303')).toBe('MODIFIED');
  });

  it('retain the device, the institution and the characteristics of the patient', async () => {
    const all = { retainDevice: true, retainInstitution: true, retainPatientCharacteristics: true };
    const { value } = await run(file, all);
    expect(value('00181000')).toBe('SN-1');
    expect(value('00080080')).toBe('General Hospital');
    expect(value('00101010')).toBe('074Y');
  });

  it('clean descriptors down to the words that are known to be safe', async () => {
    const { value, outcomes } = await run(file, { cleanDescriptors: true });
    // 'Test' is a safe word, and the name of this patient.
    expect(value('00081030')).toBe('CT chest');
    expect(value('0008103E')).toBe('axial');
    expect(outcomes['00081030']).toBe('cleaned');
  });

  it('retain private attributes that the standard thinks safe, with their creators', async () => {
    const before = concat(
      element(0x00190010, 'LO', 'SIEMENS MR HEADER'),
      element(0x0019100c, 'IS', '1000'),
      element(0x00191099, 'LO', 'something else'),
    );
    const { value, json } = await run(imageFile([1, 2, 3, 4], { before }), { retainSafePrivate: true });
    expect(value('00190010')).toBe('SIEMENS MR HEADER');
    expect(json['0019100C']).toMatchObject({ Value: [1000] });
    expect(json['00191099']).toBeUndefined();
  });
});
