// Every real file is found by what it says of itself, and told as it said it.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DicomError } from '@strata/dicom/errors';
import { indexedAttributes } from '@strata/dicom/json/indexed-attributes';
import { type DicomFile, readPart10 } from '@strata/dicom/part10';
import { testFile, testFiles } from '@strata/dicom/testing/data';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { Metadata } from '@strata/metadata/metadata';
import { keptAttributes } from '@strata/metadata/query/kept-attributes';
import type { DicomJson } from '@strata/metadata/query/types';
import type { InstanceRecord } from '@strata/metadata/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'strata-query-'));
let server: EmbeddedPostgres;
let metadata: Metadata;
beforeAll(async () => {
  server = await EmbeddedPostgres.start({ folder });
  metadata = await Metadata.open(server.url);
});
afterAll(async () => {
  await metadata?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The record of a file as the gateway makes it, without blobs. */
function recordOf(file: DicomFile): InstanceRecord {
  const { patient, study, series, instance } = file.attributes;
  const digest = createHash('sha256').update(file.bytes).digest('hex');
  return {
    ...{ patient, study, series, transferSyntaxUid: file.transferSyntaxUid },
    instance: { ...instance, presentation: null },
    attributes: indexedAttributes(file.dataSet),
    file: { digest, length: file.bytes.length },
    objectBlob: { digest, length: 1 },
    ...{ framesBlob: null, frameIndex: null, frameDigests: null, format: null },
  };
}

/** The records of the files that are taken, the first of each instance; of a series a few say what all do. */
function records(): InstanceRecord[] {
  const all = new Map<string, InstanceRecord>();
  for (const name of testFiles()) {
    if (name.startsWith('series/') && !/[05]\.dcm$/.test(name)) continue;
    try {
      const record = recordOf(readPart10(testFile(name)));
      if (!all.has(record.instance.uid)) all.set(record.instance.uid, record);
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
    }
  }
  return [...all.values()];
}

describe('the real files', () => {
  it('are each found by name, identifier, date, modality and UID, and tell what they said', async () => {
    const taken = records();
    const outcomes = await metadata.commit(taken);
    const stored = taken.filter((_, index) => outcomes[index] === 'stored');
    expect(stored.length).toBeGreaterThan(130);
    let keysAsked = 0;
    for (const { instance, attributes } of stored) {
      const known = (await metadata.instance(instance.uid))?.attributes ?? {};
      const keys: DicomJson = { '00080018': { vr: 'UI', Value: [instance.uid] } };
      for (const tag of [
        '00100010',
        '00100020',
        '00080020',
        '00080030',
        '00080060',
        '00200013',
        '00080008',
        '00280010',
      ]) {
        const element = known[tag];
        const value = element?.Value?.find((one) => one !== null);
        const valid =
          !/DA|TM/.test(element?.vr ?? '') || /^(?!0000)\d{8}$|^\d{6}(\.\d{1,6})?$/.test(String(value));
        if (!element || value === undefined || !valid) continue;
        keys[tag] = { vr: element.vr, Value: [value] };
        keysAsked++;
      }
      const page = await metadata.query({ level: 'instance', keys, include: 'all', limit: 10 });
      expect([instance.uid, page.matches.length]).toEqual([instance.uid, 1]);
      // What describes the instance alone is as it was in the file.
      const kept = keptAttributes(attributes);
      for (const tag of [
        '00080008',
        '00080016',
        '00200032',
        '00280010',
        '00280030',
        '00081140',
        '0040A730',
      ]) {
        expect([instance.uid, tag, page.matches[0]?.[tag]]).toEqual([instance.uid, tag, kept[tag]]);
      }
    }
    expect(keysAsked).toBeGreaterThan(700);
  });

  it('keep few kilobytes each', async () => {
    const sizes = records().map(({ attributes }) => JSON.stringify(keptAttributes(attributes)).length);
    const sorted = sizes.toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(16 * 1024);
    expect(sorted.at(-1)).toBeLessThanOrEqual(48 * 1024);
  });
});
