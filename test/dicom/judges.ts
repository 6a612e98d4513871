// dciodvfy as a judge of exports: the errors that a file has and its source had not.
import { readFileSync, writeFileSync } from 'node:fs';
import { dciodvfy } from '../support/peers/readers.ts';

const HTJ2K = '1.2.840.10008.1.2.4.201';
const J2K = '1.2.840.10008.1.2.4.90';

/** The lines of errors of `file` that dciodvfy does not print for `source`. */
export async function newErrors(file: string, source: string): Promise<string[]> {
  const [before, after] = await Promise.all([dciodvfy(source), dciodvfy(knownToDciodvfy(file))]);
  return after.errors.filter((line) => !before.errors.includes(line));
}

/** dciodvfy does not know HTJ2K: it is shown the same file with the UID of JPEG 2000. */
function knownToDciodvfy(file: string): string {
  const bytes = readFileSync(file);
  const element = uidElement(HTJ2K);
  const at = bytes.subarray(0, 1024).indexOf(element);
  if (at < 0) return file;
  const replacement = uidElement(J2K);
  const groupLength = 132 + 8;
  bytes.writeUInt32LE(bytes.readUInt32LE(groupLength) + replacement.length - element.length, groupLength);
  const shown = `${file}.shown`;
  writeFileSync(
    shown,
    Buffer.concat([bytes.subarray(0, at), replacement, bytes.subarray(at + element.length)]),
  );
  return shown;
}

/** (0002,0010) in explicit little endian. */
function uidElement(uid: string): Buffer {
  const value = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, 'latin1');
  const head = Buffer.from([0x02, 0, 0x10, 0, 0x55, 0x49, value.length, 0]);
  return Buffer.concat([head, value]);
}
