// Makes the blobs of a data folder what they were before there were notes in them.
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { noteOf, readObjectBlob } from '@strata/dicom/object-blob';
import { writeObjectHeader } from '@strata/dicom/object-blob-header';

/** @returns how many blobs were changed */
export function takeNotesAway(data: string): number {
  let changed = 0;
  for (const name of globSync('store/blobs/*/*/*', { cwd: data })) {
    const file = path.join(data, name);
    const bytes = readFileSync(file);
    if (bytes.subarray(0, 4).toString() !== 'SOBJ') continue;
    const without = withoutNote(bytes);
    const digest = createHash('sha256').update(without).digest('hex');
    const place = path.join(data, 'store/blobs', digest.slice(0, 2), digest.slice(2, 4), digest);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, without);
    const { mtime } = statSync(file);
    utimesSync(place, mtime, mtime);
    rmSync(file);
    changed += 1;
  }
  return changed;
}

function withoutNote(bytes: Uint8Array): Uint8Array {
  const blob = readObjectBlob(bytes);
  const [first = new Uint8Array(0), ...others] = blob.parts;
  if (noteOf(blob) === null) throw new Error('this blob has no note');
  const length = new DataView(first.buffer, first.byteOffset + first.length - 8).getUint32(0, true);
  const { header } = blob;
  const shorter = <S extends { stored: number }>(section: S): S => ({
    ...section,
    stored: section.stored - length,
  });
  const older =
    header.mode === 'whole'
      ? { ...header, file: shorter(header.file) }
      : { ...header, around: shorter(header.around) };
  return Buffer.concat([writeObjectHeader(older), first.subarray(0, first.length - length), ...others]);
}
