// Studies as a hospital has them, made up from a seed: names, dates, modalities and descriptions of real frequency.
import { createHash } from 'node:crypto';
import type { DicomJson, DicomJsonElement } from '@strata/metadata/query/types';
import type { InstanceRecord } from '@strata/metadata/records';

const families =
  'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Köhler Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Vogel Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann'.split(
    ' ',
  );
const givens =
  'Anna Jörg Hans Zoë Maria Peter Ursula Thomas Monika Michael Petra Andreas Sabine Stefan Renate Wolfgang Helga Klaus Karin Jürgen Brigitte Günter Ingrid Manfred Erika Werner Andrea Frank Gisela Uwe'.split(
    ' ',
  );
const parts = 'Thorax Abdomen Schädel Knie Hüfte HWS LWS Becken Hand Fuß'.split(' ');
const modalities = 'CT CT MR MR CR CR CR DX DX US US MG XA NM PT'.split(' ');

const of = (vr: string, ...Value: unknown[]): DicomJsonElement => ({ vr, Value });

/** Whole numbers below a bound, always the same ones for a seed (Marsaglia's xorshift). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** The records of one study: 1 to 4 series of a few instances each, with about 60 attributes. */
export function generatedStudy(n: number, random: (below: number) => number): InstanceRecord[] {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const person = n % 3 === 0 ? n : random(n + 1);
  const name = `${families[person % families.length]}-${person % 97}^${givens[(person * 7) % givens.length]}`;
  const day = new Date(Date.UTC(2016, 0, 1 + Math.floor((n / 20_000) * 3650)));
  const date = day.toISOString().slice(0, 10).replaceAll('-', '');
  const time = `${String(7 + random(12)).padStart(2, '0')}${String(random(60)).padStart(2, '0')}00`;
  const modality = pick(modalities);
  const study = `1.2.276.0.7230010.3.1.2.${n}`;
  const patient = {
    id: `PAT${String(person).padStart(7, '0')}`,
    issuer: 'HOSPITAL',
    name,
    birthDate: '19600101',
    sex: pick(['M', 'F']),
  };
  const description = `${modality} ${pick(parts)}${random(2) === 0 ? ' nativ' : ' KM'}`;
  const records: InstanceRecord[] = [];
  for (let s = 1 + random(4); s > 0; s--) {
    for (let i = 1 + random(3); i > 0; i--) {
      const uid = `${study}.${s}.${i}`;
      const blob = (kind: string) => ({
        digest: createHash('sha256')
          .update(kind + uid)
          .digest('hex'),
        length: 1000,
      });
      records.push({
        patient,
        study: {
          uid: study,
          id: String(n),
          accessionNumber: `A${1_000_000 + n}`,
          date,
          time,
          description,
          referringPhysician: 'House^Gregory',
        },
        series: {
          uid: `${study}.${s}`,
          number: s,
          modality,
          description: `Serie ${s}`,
          bodyPart: pick(parts).toUpperCase(),
          laterality: '',
          date,
          time,
        },
        instance: {
          uid,
          sopClassUid: `1.2.840.10008.5.1.4.1.1.${random(9)}`,
          number: i,
          frames: 1,
          photometric: 'MONOCHROME2',
          presentation: {},
        },
        attributes: attributesOf(uid, n, random),
        transferSyntaxUid: '1.2.840.10008.1.2.1',
        file: blob('file'),
        objectBlob: blob('object'),
        framesBlob: blob('frames'),
        frameIndex: new Uint8Array(16),
        frameDigests: new Uint8Array(32),
        format: { width: 512, height: 512, samples: 1, bits: 12, signed: false },
      });
    }
  }
  return records;
}

function attributesOf(uid: string, n: number, random: (below: number) => number): DicomJson {
  const filler = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `0018${(0x9000 + index * 2).toString(16).toUpperCase()}`,
      of('DS', random(1000) / 8),
    ]),
  );
  return {
    ...filler,
    '00080008': of('CS', 'ORIGINAL', 'PRIMARY', 'AXIAL'),
    '00080070': of('LO', 'ACME Imaging'),
    '00081070': of('PN', { Alphabetic: `Operator^${n % 30}` }),
    '00101010': of('AS', `0${10 + random(80)}Y`),
    '0008002A': of('DT', '20240101101500.123456'),
    '00181030': of('LO', `Protocol ${n % 50}`),
    '00200052': of('UI', `${uid}.9`),
    '00400275': of('SQ', {
      '00401001': of('SH', `RP${n}`),
      '00400007': of('LO', 'Untersuchung'),
      '00400009': of('SH', `SPS${n}`),
    }),
  };
}
