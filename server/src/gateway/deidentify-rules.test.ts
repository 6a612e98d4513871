// Rules by source, and that a file loses its identity in the worker, before anything of it is stored.
import { readPart10 } from '@strata/dicom/part10';
import { expect, it } from 'vitest';
import { newDeidentifyKey } from '../config/deidentify-key.ts';
import { parseSettings } from '../config/settings/settings.ts';
import { testBytes } from '../testing/test-files.ts';
import { CodingPool } from './coding-pool.ts';
import { DeidentifyRules } from './deidentify-rules.ts';
import type { IngestSource } from './ingest-source.ts';

const sectionOf = (deidentify: unknown, forward: unknown = []) =>
  parseSettings(JSON.stringify({ deidentify, forward }), 'settings.json');
const scanner: IngestSource = { kind: 'dimse', callingAe: 'CT1', calledAe: 'STRATA', peer: '10.0.0.1:1' };
const web: IngestSource = { kind: 'stow', peer: '10.0.0.2:2' };

const readKey = async () => newDeidentifyKey();

it('asks for no key where nothing needs one, and orders nothing', async () => {
  const rules = await DeidentifyRules.open(sectionOf({}), () => Promise.reject(new Error('asked')));
  expect(rules.orderFor(scanner)).toBeNull();
});

it('orders by way and calling AE title, and leaves the modality to the worker', async () => {
  const section = sectionOf({
    rules: [
      { callingAe: ['CT1', 'CT2'], modality: ['ct'], dates: 'shift', retain: ['uids'] },
      { sources: ['stow'], cleanPixels: true },
    ],
    pixels: [{ name: 'US', modality: 'US', blank: [{ x: 0, y: 0, width: 100, height: 20 }] }],
  });
  const rules = await DeidentifyRules.open(section, readKey);
  const ordered = (source: IngestSource) => rules.orderFor(source)?.rules.map(({ options }) => options);
  expect(ordered(scanner)).toMatchObject([
    { retainUids: true, retainDates: 'modified', cleanPixelData: false },
  ]);
  expect(rules.orderFor(scanner)?.rules[0]?.modality).toEqual(['CT']);
  expect(ordered(web)).toMatchObject([{ cleanPixelData: true, retainUids: false }]);
  expect(ordered({ ...scanner, callingAe: 'MR1' })).toBeUndefined();
  expect(ordered({ kind: 'import' })).toBeUndefined();
  expect(ordered({ kind: 'retry', original: scanner, deidentified: false })).toHaveLength(1);
  expect(ordered({ kind: 'retry', original: scanner, deidentified: true })).toBeUndefined();
});

it('orders by what a rule of another section says, with the same key and the same pixel rules', async () => {
  const to = { stow: 'https://research.example/dicom-web/studies' };
  const pixels = [{ name: 'US', modality: 'US', blank: [] }];
  const settings = sectionOf({ pixels }, [{ name: 'research', to, deidentify: { dates: 'keep' } }]);
  const rules = await DeidentifyRules.open(settings, readKey);
  const profile = settings.forward[0]?.deidentify;
  const order = profile && rules.orderBy(profile);
  expect(order?.rules).toMatchObject([{ modality: null, options: { retainDates: 'full' } }]);
  expect(order).toMatchObject({ pixelRules: [{ name: 'US' }], secret: { length: 32 } });
  expect(rules.orderFor(scanner)).toBeNull();
});

it('refuses rules with unknown words', () => {
  expect(() => sectionOf({ rules: [{ retain: ['everything'] }] })).toThrow(
    /deidentify\.rules\[0\]\.retain\[0\]/,
  );
  expect(() => sectionOf({ rules: [{ callingAE: ['X'] }] })).toThrow(/callingAE/);
});

it('is done in the worker by the first rule that fits the modality', async () => {
  const rules = await DeidentifyRules.open(sectionOf({ rules: [{ modality: ['MR'] }] }), readKey);
  const pool = new CodingPool(() => undefined);
  try {
    const order = rules.orderFor(scanner);
    const mr = testBytes('odd/pydicom/MR_small_implicit.dcm');
    const original = readPart10(mr).attributes;
    const { coded, deidentified } = await pool.withFile(
      mr.slice(),
      async (taken) => ({ ...(await taken.code()), deidentified: taken.deidentified }),
      order,
    );
    expect(deidentified).toMatchObject({
      ...{ methods: ['113100'], pixels: { outcome: 'untouched' } },
      attributes: { removed: expect.any(Number), 'uid-replaced': expect.any(Number) },
    });
    expect(coded.attributes.instance.uid).toMatch(/^2\.25\./);
    expect(coded.attributes.patient.name).toMatch(/^ANON\^/);
    expect(JSON.stringify(coded.indexed)).not.toContain(original.study.uid);
    const ct = testBytes('odd/pydicom/693_UNCR.dcm');
    const uid = readPart10(ct).attributes.instance.uid;
    const other = await pool.withFile(ct, async (taken) => taken, order);
    expect(other).toMatchObject({ deidentified: null, identity: { sopInstanceUid: uid } });
  } finally {
    await pool.close();
  }
});
