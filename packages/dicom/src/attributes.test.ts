import { data, log } from 'dcmjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { InstanceAttributes } from './attributes.ts';
import { readPart10 } from './part10.ts';
import { Tag } from './tags.ts';
import { concat, element, fileMeta, identity, latin } from './testing/build.ts';
import { testFile, testFiles } from './testing/data.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const attributesWith = (...elements: Uint8Array[]): InstanceAttributes =>
  readPart10(concat(fileMeta(EXPLICIT), identity(), ...elements)).attributes;

describe('attributes of an object', () => {
  it('reads who, what and when from a CT slice', () => {
    expect(readPart10(testFile('series/ct-philips/I10.dcm')).attributes).toMatchObject({
      patient: { id: 'PLASTIC', issuer: '', name: 'HEAD', birthDate: '', sex: 'M' },
      study: { id: '2161', date: '20150206', time: '093425.394', description: '1A TRAUMA/PLAIN HEAD DM' },
      series: {
        number: 301,
        modality: 'CT',
        description: 'STEREOTAXIS',
        bodyPart: 'BRAIN',
        date: '20150206',
      },
      instance: { sopClassUid: '1.2.840.10008.5.1.4.1.1.2', frames: 1, photometric: 'MONOCHROME2' },
    });
  });

  it('gives empty text and null for what is missing', () => {
    expect(attributesWith()).toMatchObject({
      patient: { id: '', issuer: '', name: 'Test^Patient', birthDate: '', sex: '' },
      study: {
        uid: '1.2.4',
        id: '',
        accessionNumber: '',
        date: '',
        time: '',
        description: '',
        referringPhysician: '',
      },
      series: {
        uid: '1.2.5',
        number: null,
        modality: 'OT',
        bodyPart: '',
        laterality: '',
        date: '',
        time: '',
      },
      instance: { uid: '1.2.3', number: null, frames: 0, photometric: '' },
    });
  });

  it('gives empty text and null for garbage', () => {
    const date = (text: string): string => attributesWith(element(Tag.StudyDate, 'DA', text)).study.date;
    expect(date('20240229')).toBe('20240229');
    expect(date('2024.02.29')).toBe('20240229');
    for (const garbage of ['20241301', '20240231', '2024022', 'yesterday', '20240101-20240201']) {
      expect(date(garbage)).toBe('');
    }
    const time = (text: string): string => attributesWith(element(Tag.StudyTime, 'TM', text)).study.time;
    expect(['235960.123456', '2359', '23', '23:59:59'].map(time)).toEqual([
      '235960.123456',
      '2359',
      '23',
      '235959',
    ]);
    expect(['24', '2360', '1.5', 'noon'].map(time)).toEqual(['', '', '', '']);
    const number = (text: string): number | null =>
      attributesWith(element(Tag.SeriesNumber, 'IS', text)).series.number;
    expect(['12', '+3 ', '-0', '7.0'].map(number)).toEqual([12, 3, -0, 7]);
    expect(['', 'x', '1.5', '0x10', '9999999999', '1e400'].map(number)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('reads values whose representation their writer did not know', () => {
    const bytes = concat(
      fileMeta(EXPLICIT),
      identity(),
      element(Tag.PixelPaddingValue, 'UN', [7]),
      element(Tag.PatientID, 'UN', 'X1'),
    );
    const { instance, patient } = readPart10(bytes).attributes;
    expect(instance.presentation.pixelPadding).toEqual([7, 7]);
    expect(patient.id).toBe('X1');
  });

  it('keeps control characters and endless text out', () => {
    const { patient } = attributesWith(
      element(Tag.PatientID, 'LO', latin('A\0B\r\nC\x07 \0\0')),
      element(Tag.IssuerOfPatientID, 'LO', 'x'.repeat(60_000)),
    );
    expect(patient.id).toBe('A B C');
    expect(patient.issuer).toBe('x'.repeat(1024));
  });
});

describe('against dcmjs', () => {
  beforeAll(() => log.getLogger('validation.dcmjs').setLevel('silent'));

  it('reads the same values from every file whose one character set both know', () => {
    const compared: string[] = [];
    for (const name of testFiles().filter((file) => !/series|DIRFILE/.test(file))) {
      const theirs = dcmjsValues(testFile(name));
      if (!theirs) continue;
      let ours: InstanceAttributes;
      try {
        ours = readPart10(testFile(name)).attributes;
      } catch {
        continue;
      }
      const { patient, study, series, instance } = ours;
      expect([name, patient.id, study.uid, series.uid, instance.uid, series.modality]).toEqual([
        name,
        ...['00100020', '0020000D', '0020000E', '00080018', '00080060'].map((tag) => theirs(tag)),
      ]);
      expect([name, patient.sex, study.description, series.description]).toEqual([
        name,
        ...['00100040', '00081030', '0008103E'].map((tag) => theirs(tag)),
      ]);
      compared.push(name);
    }
    expect(compared.length).toBeGreaterThan(45);
  });
});

/** First values as dcmjs reads them, or null where it cannot. */
function dcmjsValues(bytes: Uint8Array): ((tag: string) => string) | null {
  try {
    const { dict } = data.DicomMessage.readFile(new Uint8Array(bytes).buffer);
    return (tag) => String(dict[tag]?.Value?.[0] ?? '').trim();
  } catch {
    return null;
  }
}
