// Series for the crowd to open: real ones, and more made from them by turning their pixels round, under UIDs of their own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPart10 } from '@strata/dicom/part10';
import { dataFiles } from '../../support/data.ts';

interface MadeInstance {
  readonly uid: string;
  readonly file: string;
}

export interface MadeSeries {
  readonly study: string;
  readonly series: string;
  readonly instances: readonly MadeInstance[];
}

const SOURCES = ['series/ct-ge', 'series/ct-philips', 'series/mr-t1'];
/** Lines that the picture is turned by, for each further copy of a series. */
const TURN = 7;

/**
 * Writes so many series of native single-frame images below the folder, each with a study of its own; no two share a
 * picture, so that each costs a server its own reading. UIDs differ among them, but one may be that of another original.
 * @param first number of the first: series of other numbers are others
 */
export function makeSeries(folder: string, count: number, first = 0): MadeSeries[] {
  return Array.from({ length: count }, (_, place) => {
    const at = first + place;
    const source = SOURCES[at % SOURCES.length] as string;
    const below = path.join(folder, String(at));
    mkdirSync(below, { recursive: true });
    return makeOne(source, below, at);
  });
}

function makeOne(source: string, folder: string, variant: number): MadeSeries {
  let made: { study: string; series: string } | null = null;
  const instances: MadeInstance[] = [];
  for (const from of dataFiles(source).filter((file) => !file.endsWith('DIRFILE.dcm'))) {
    const bytes = readFileSync(from);
    const { attributes, pixels } = readPart10(bytes);
    if (!pixels) throw new Error(`${from} has no native pixels`);
    const { width, samples } = pixels.format;
    turn(pixels.value, (width * samples * pixels.bitsAllocated) / 8, variant * TURN);
    const { study, series, instance } = attributes;
    for (const { uid } of [study, series, instance]) rename(bytes, uid, variant);
    const file = path.join(folder, path.basename(from));
    writeFileSync(file, bytes);
    instances.push({ uid: renamed(instance.uid, variant), file });
    made = { study: renamed(study.uid, variant), series: renamed(series.uid, variant) };
  }
  if (!made) throw new Error(`${source} is empty`);
  return { ...made, instances };
}

/** Moves all lines of a picture by some, those that fall out at the end come in at the start. */
function turn(pixels: Uint8Array, lineBytes: number, lines: number): void {
  const by = (lines * lineBytes) % pixels.byteLength;
  const moved = Buffer.concat([pixels.subarray(by), pixels.subarray(0, by)]);
  pixels.set(moved);
}

/** A UID of the same length: the first two digits of its last component tell the variant. */
function renamed(uid: string, variant: number): string {
  const at = uid.lastIndexOf('.') + 1;
  return `${uid.slice(0, at)}${10 + variant}${uid.slice(at + 2)}`;
}

function rename(bytes: Buffer, uid: string, variant: number): void {
  const name = renamed(uid, variant);
  for (let at = bytes.indexOf(uid); at >= 0; at = bytes.indexOf(uid, at + uid.length)) {
    bytes.write(name, at, 'latin1');
  }
}
