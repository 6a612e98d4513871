// Studies of a large hospital over eleven years, made up: each by its number alone, the same in every run.

import { createHash } from 'node:crypto';
import type { DicomJson } from '@strata/metadata/query/types';
import type { InstanceRecord } from '@strata/metadata/records';
import { seeded } from '@strata/stream/testing/seeded';
import { pick, skewed } from './numbers.ts';
import { personName, physicianName } from './people.ts';

const ROOT = '1.2.276.0.7230010.3.1.4';
const FIRST_DAY = Date.UTC(2015, 0, 1);
const DAYS = 4000;
const PHYSICIANS = 3000;
export const SERVER = {
  server: '5c1b1d8e-7a52-4c55-9d0e-2f6c7f0c1a11',
  disk: 'e0a4c9c2-2f7e-4a53-8c3d-0b7a1f9d2b22',
};

/** Modalities by how frequent they are, with the number of their series and of the instances of each, about. */
const modalities = [
  { code: 'DX', share: 0.26, series: 1, instances: 2, sopClass: '1.2.840.10008.5.1.4.1.1.1.1' },
  { code: 'CR', share: 0.14, series: 1, instances: 2, sopClass: '1.2.840.10008.5.1.4.1.1.1' },
  { code: 'US', share: 0.17, series: 1, instances: 2.5, sopClass: '1.2.840.10008.5.1.4.1.1.6.1' },
  { code: 'CT', share: 0.19, series: 2, instances: 3.5, sopClass: '1.2.840.10008.5.1.4.1.1.2' },
  { code: 'MR', share: 0.13, series: 3, instances: 2.5, sopClass: '1.2.840.10008.5.1.4.1.1.4' },
  { code: 'MG', share: 0.05, series: 1, instances: 4, sopClass: '1.2.840.10008.5.1.4.1.1.1.2' },
  { code: 'XA', share: 0.03, series: 2, instances: 3, sopClass: '1.2.840.10008.5.1.4.1.1.12.1' },
  { code: 'NM', share: 0.02, series: 1, instances: 3, sopClass: '1.2.840.10008.5.1.4.1.1.20' },
  { code: 'PT', share: 0.01, series: 2, instances: 8, sopClass: '1.2.840.10008.5.1.4.1.1.128' },
] as const;
export const modalityCodes = modalities.map(({ code }) => code);

export const bodyParts =
  'Thorax Abdomen Schädel Knie Hüfte HWS LWS BWS Becken Hand Fuß Schulter Ellenbogen Sprunggelenk Mamma Leber Niere Herz Hals Orbita Felsenbein Kopf-Hals Ganzkörper Wirbelsäule Nasennebenhöhlen'.split(
    ' ',
  );
const additions =
  'nativ|mit KM|p.a.|seitlich|2 Ebenen|a.p.|nativ und mit KM|T1 T2 FLAIR|Verlauf|Notfall|Low-dose|Angiographie|3D|bds.|links|rechts|Screening|prä-OP|post-OP|nach Sturz'.split(
    '|',
  );
const foreign = ['胸部CT', '腹部 MRI', 'КТ головы', 'МРТ колена', 'Écho abdominale', 'Radiografía de tórax'];

/** How many series the study has, and instances each; what of it does not differ between its instances. */
export interface MadeStudy {
  readonly n: number;
  readonly patient: InstanceRecord['patient'];
  readonly study: InstanceRecord['study'];
  readonly modality: (typeof modalities)[number];
  readonly bodyPart: string;
  /** Instances of each series. */
  readonly instances: readonly number[];
}

/**
 * Study number `n` of `studies`, earlier ones being older.
 * @param space tells studies of one purpose from those of another: it is in their UIDs
 */
export function madeStudy(n: number, studies: number, space = 1): MadeStudy {
  const random = seeded(n * 7919 + space * 104_729);
  // Some patients come often.
  const person = Math.floor(Math.max(1, studies / 3) * random() ** 1.3);
  const of = seeded(person * 3 + 2);
  const day = new Date(FIRST_DAY + Math.floor(DAYS * (n / studies) ** 0.8) * 86_400_000);
  const date = digits(day);
  const hour = 7 + Math.floor(11 * random());
  const time = `${two(hour)}${two(60 * random())}${two(60 * random())}`;
  const modality = modalityOf(random());
  const bodyPart = skewed(bodyParts, random(), 1.5);
  const words = `${modality.code} ${bodyPart} ${pick(additions, random())}`;
  const description = random() < 0.04 ? pick(foreign, random()) : random() < 0.02 ? '' : words;
  const series = 1 + Math.floor(random() * (2 * modality.series - 0.5));
  return {
    n,
    patient: {
      id: of() < 0.9 ? String(10_000_000 + person) : `K-${person}/${two(90 * of())}`,
      issuer: of() < 0.5 ? 'HOSPITAL' : '',
      name: personName(person),
      birthDate: digits(new Date(Date.UTC(1925, 0, 1) + Math.floor(of() * 35_000) * 86_400_000)),
      sex: of() < 0.5 ? 'F' : 'M',
    },
    study: {
      uid: `${ROOT}.${space}.${n}`,
      id: String(n),
      accessionNumber: `A${date.slice(0, 4)}${String(n).padStart(8, '0')}`,
      date,
      time,
      description,
      referringPhysician: random() < 0.05 ? '' : physicianName(Math.floor(PHYSICIANS * random() ** 1.5)),
    },
    modality,
    bodyPart: bodyPart.toUpperCase(),
    instances: Array.from({ length: series }, () => 1 + Math.floor(random() * (2 * modality.instances - 1))),
  };
}

/** The record of one instance of a study; series and instance count from 1. */
export function madeRecord(made: MadeStudy, series: number, instance: number): InstanceRecord {
  const { patient, study, modality, bodyPart } = made;
  const seriesUid = `${study.uid}.${series}`;
  const uid = `${seriesUid}.${instance}`;
  const location = instance * 2.5 - 100.25;
  const orientation = [1, 0, 0, 0, 1, 0];
  return {
    patient,
    study,
    series: {
      uid: seriesUid,
      number: series,
      modality: modality.code,
      description: `${modality.code} Serie ${series}`,
      bodyPart,
      laterality: '',
      date: study.date,
      time: study.time,
    },
    instance: {
      uid,
      sopClassUid: modality.sopClass,
      number: instance,
      frames: 1,
      photometric: 'MONOCHROME2',
      presentation: {
        imagePosition: [-170.5, -165.25, location],
        imageOrientation: orientation,
        pixelSpacing: [0.664, 0.664],
        windows: [{ centre: 40, width: 400, explanation: '' }],
      },
    },
    attributes: {
      ...ofSeries(made, series),
      '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
      '00080023': { vr: 'DA', Value: [study.date] },
      '00080033': { vr: 'TM', Value: [study.time] },
      '00180050': { vr: 'DS', Value: [2.5] },
      '00180060': { vr: 'DS', Value: [120] },
      '00200012': { vr: 'IS', Value: [1] },
      '00200032': { vr: 'DS', Value: [-170.5, -165.25, location] },
      '00200037': { vr: 'DS', Value: orientation },
      '00201041': { vr: 'DS', Value: [location] },
      '00280004': { vr: 'CS', Value: ['MONOCHROME2'] },
      '00280030': { vr: 'DS', Value: [0.664, 0.664] },
    },
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    file: { digest: sha256(`file ${uid}`), length: 526_000 },
    objectBlob: { digest: sha256(`object ${uid}`), length: 2400, replicas: [SERVER] },
    framesBlob: { digest: sha256(`frames ${uid}`), length: 180_000, replicas: [SERVER] },
    frameIndex: createHash('sha512').update(uid).digest(),
    frameDigests: createHash('sha256').update(`pixels ${uid}`).digest(),
    format: { width: 512, height: 512, samples: 1, bits: 12, signed: true },
  };
}

function ofSeries({ study }: MadeStudy, series: number): DicomJson {
  return {
    '00080070': { vr: 'LO', Value: ['ACME Imaging'] },
    '00081010': { vr: 'SH', Value: [`STATION${series}`] },
    '00081090': { vr: 'LO', Value: ['Visionary 64'] },
    '00101010': { vr: 'AS', Value: ['061Y'] },
    '00181030': { vr: 'LO', Value: [`Protocol ${study.description}`] },
    '00200052': { vr: 'UI', Value: [`${study.uid}.${series}.0`] },
    '00400275': {
      vr: 'SQ',
      Value: [
        { '00401001': { vr: 'SH', Value: [`RP${study.id}`] }, '00400009': { vr: 'SH', Value: ['S1'] } },
      ],
    },
  };
}

function modalityOf(random: number): (typeof modalities)[number] {
  let left = random;
  for (const modality of modalities) {
    left -= modality.share;
    if (left < 0) return modality;
  }
  return modalities[0];
}

const digits = (day: Date): string => day.toISOString().slice(0, 10).replaceAll('-', '');
const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
