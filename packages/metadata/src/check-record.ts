// Refuses what no instance can be, and brings the rest into the form that the tables keep.
import { checkErrand } from './errands/check-errand.ts';
import { MetadataError } from './errors.ts';
import type { BlobRef, InstanceRecord } from './records.ts';
import { cleanJson, cleanText } from './text.ts';

const MAX_FRAMES = 2 ** 31 - 1;
const MAX_FRAME_INDEX = 256 * 2 ** 20;
const MAX_PRESENTATION = 8 * 2 ** 20;

/**
 * The record in a form that PostgreSQL takes: NUL and half surrogate pairs removed from texts, texts cut at 1024
 * characters, numbers outside 32 bits dropped.
 * Throws MetadataError `invalid` naming the field: a UID that is not 1 to 128 visible ASCII characters, a digest that is
 * not 64 hex digits, negative lengths, frame digests that do not fit the number of frames.
 */
export function checkRecord(record: InstanceRecord): InstanceRecord {
  const { patient, study, series, instance } = record;
  checkUid('Study Instance UID', study.uid);
  checkUid('Series Instance UID', series.uid);
  checkUid('SOP Instance UID', instance.uid);
  const name = `instance ${instance.uid}`;
  if (!Number.isInteger(instance.frames) || instance.frames < 0 || instance.frames > MAX_FRAMES) {
    throw invalid(name, `${instance.frames} frames`);
  }
  for (const blob of [record.file, record.objectBlob, record.framesBlob]) if (blob) checkBlob(name, blob);
  if (record.frameDigests && record.frameDigests.length !== 32 * instance.frames) {
    throw invalid(name, `${record.frameDigests.length} bytes of digests for ${instance.frames} frames`);
  }
  if (record.frameIndex && record.frameIndex.length > MAX_FRAME_INDEX) {
    throw invalid(name, `a frame index of ${record.frameIndex.length} bytes`);
  }
  const presentation = cleanJson(instance.presentation);
  if (JSON.stringify(presentation).length > MAX_PRESENTATION)
    throw invalid(name, 'a presentation above 8 MiB');
  return {
    ...record,
    errands: (record.errands ?? []).map(checkErrand),
    transferSyntaxUid: cleanText(record.transferSyntaxUid),
    patient: cleanTexts(patient),
    study: cleanTexts(study),
    series: { ...cleanTexts(series), number: int32(series.number) },
    instance: {
      ...cleanTexts({ ...instance, presentation: null }),
      presentation,
      number: int32(instance.number),
    },
  };
}

function checkUid(field: string, uid: string): void {
  if (typeof uid === 'string' && /^[\x21-\x7e]{1,128}$/.test(uid)) return;
  throw invalid('An instance', `the ${field} ${JSON.stringify(String(uid).slice(0, 80))}`);
}

function checkBlob(name: string, blob: BlobRef): void {
  if (!/^[0-9a-f]{64}$/.test(blob.digest)) throw invalid(name, `the digest ${blob.digest.slice(0, 80)}`);
  if (!Number.isSafeInteger(blob.length) || blob.length < 0)
    throw invalid(name, `a blob of ${blob.length} bytes`);
}

function invalid(name: string, problem: string): MetadataError {
  return new MetadataError('invalid', `${name} cannot be kept: it has ${problem}.`);
}

function cleanTexts<T extends object>(attributes: T): T {
  const entries = Object.entries(attributes);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? cleanText(value) : value]),
  ) as T;
}

function int32(value: number | null): number | null {
  return value !== null && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
}
