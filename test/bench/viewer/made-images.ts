// The images that the viewers are measured with: real ones as they are, and larger ones made from them, always the same.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allocatePixels, type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { openImage } from '@strata/dicom/image/open-image';
import { readPart10 } from '@strata/dicom/part10';
import { Tag } from '@strata/dicom/tags';
import { concat, element, fileMeta } from '@strata/dicom/testing/build';
import { EXPLICIT_LITTLE_UID } from '@strata/dicom/transfer-syntax';
import { dataFiles, dataFolder } from '../../support/data.ts';

/** One study of one series. */
export interface BenchStudy {
  readonly name: string;
  readonly uid: string;
  readonly series: string;
  /** Its DICOM files, in order; SOP Instance UID and number of frames of each. */
  readonly instances: readonly { readonly file: string; readonly uid: string; readonly frames: number }[];
}

/** What all made images say of themselves. */
interface Description {
  readonly folder: string;
  readonly name: string;
  readonly modality: string;
  readonly sopClass: string;
  readonly format: FrameFormat;
  readonly photometric: string;
  readonly spacing: number;
  readonly window: { readonly centre: number; readonly width: number } | null;
}

const root = '1.2.826.0.1.3680043.9.77';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const DX = '1.2.840.10008.5.1.4.1.1.1.1';
const MULTI_FRAME_COLOUR = '1.2.840.10008.5.1.4.1.1.7.4';

const philips = (): string[] =>
  dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));

/** The CT series as it was taken. */
export function realSeries(): BenchStudy {
  const instances = philips().map((file) => {
    const { attributes } = readPart10(readFileSync(file));
    return { file, attributes };
  });
  const [first] = instances;
  if (!first) throw new Error('The CT series is empty.');
  const { study, series } = first.attributes;
  return {
    name: 'CT, 58 slices',
    uid: study.uid,
    series: series.uid,
    instances: instances.map(({ file, attributes }) => ({ file, uid: attributes.instance.uid, frames: 1 })),
  };
}

/** An MR image of a study that nobody opens: it stands in the list. */
export function bystander(): string {
  return dataFiles('series/mr-t1')[0] as string;
}

/** 500 slices: the real ones again and again, each time turned by a few lines more, so that no two are the same. */
export async function longSeries(folder: string, slices = 500): Promise<BenchStudy> {
  const files = philips();
  const first = await framesOf(files[0] as string);
  const description: Description = {
    ...{ folder, name: `CT, ${slices} slices`, modality: 'CT', sopClass: CT, photometric: 'MONOCHROME2' },
    ...{ format: first.format, spacing: 0.5, window: { centre: 1064, width: 400 } },
  };
  const sources: Pixels[] = [];
  for (const file of files) sources.push((await framesOf(file)).frame(0));
  return write(description, 1, slices, (slice) => {
    const pixels = sources[slice % sources.length] as Pixels;
    return [turned(pixels, Math.floor(slice / sources.length) * 7 * first.format.width)];
  });
}

/** A radiograph of 3,000 x 3,000: the middle of a larger one. */
export async function radiograph(folder: string, side = 3000): Promise<BenchStudy> {
  const image = await framesOf(path.join(dataFolder, 'wg04/MG1_J2KI.dcm'));
  const format = { ...image.format, width: side, height: side };
  const pixels = middle(image.frame(0), image.format, format);
  const description: Description = {
    ...{ folder, name: `Radiograph, ${side} x ${side}`, modality: 'DX', sopClass: DX, format },
    ...{ photometric: 'MONOCHROME2', spacing: 0.1, window: null },
  };
  return write(description, 2, 1, () => [pixels]);
}

/** A cine of 200 frames in colour: an ultrasound's, again and again, each time turned by a few lines more. */
export async function cine(folder: string, frames = 200): Promise<BenchStudy> {
  const image = await framesOf(path.join(dataFolder, 'extra/multiframe/US_430x480_34f_YBR422_JPEG.dcm'));
  const { format } = image;
  const description: Description = {
    ...{ folder, name: `Cine in colour, ${frames} frames`, modality: 'US', sopClass: MULTI_FRAME_COLOUR },
    ...{ format, photometric: 'RGB', spacing: 0.2, window: null },
  };
  const sources = Array.from({ length: image.count }, (_, at) => image.frame(at).slice() as Pixels);
  return write(description, 3, 1, () =>
    Array.from({ length: frames }, (_, at) => {
      const pixels = sources[at % sources.length] as Pixels;
      return turned(pixels, Math.floor(at / sources.length) * 7 * format.width * 3);
    }),
  );
}

/** The frames of a file as they are decoded. Throws when it has none. */
export async function framesOf(file: string) {
  const { frames } = await openImage(readPart10(new Uint8Array(readFileSync(file))));
  if (!frames) throw new Error(`${file} has no frames`);
  return frames;
}

function turned(pixels: Pixels, by: number): Pixels {
  const result = pixels.slice() as Pixels;
  result.set(pixels.subarray(by % pixels.length));
  result.set(pixels.subarray(0, by % pixels.length), pixels.length - (by % pixels.length));
  return result;
}

function middle(pixels: Pixels, from: FrameFormat, to: FrameFormat): Pixels {
  const result = allocatePixels(to);
  const left = (from.width - to.width) >> 1;
  const top = (from.height - to.height) >> 1;
  for (let y = 0; y < to.height; y++) {
    const start = (top + y) * from.width + left;
    result.set(pixels.subarray(start, start + to.width), y * to.width);
  }
  return result;
}

/** Writes a study of so many instances, each with the frames that are made for it. */
function write(
  of: Description,
  number: number,
  count: number,
  framesFor: (instance: number) => readonly Pixels[],
): BenchStudy {
  const below = path.join(of.folder, String(number));
  mkdirSync(below, { recursive: true });
  const [uid, series] = [`${root}.${number}`, `${root}.${number}.1`];
  const instances = Array.from({ length: count }, (_, at) => {
    const file = path.join(below, `${String(at).padStart(4, '0')}.dcm`);
    const own = `${series}.${at + 1}`;
    const frames = framesFor(at);
    writeFileSync(file, fileOf(of, { uid, series, own, at }, frames));
    return { file, uid: own, frames: frames.length };
  });
  return { name: of.name, uid, series, instances };
}

function fileOf(
  of: Description,
  { uid, series, own, at }: { uid: string; series: string; own: string; at: number },
  frames: readonly Pixels[],
): Uint8Array {
  const { format, spacing, window } = of;
  const word = (tag: number, value: number) => element(tag, 'US', [value]);
  const ui = (tag: number, value: string) =>
    element(tag, 'UI', value.length % 2 === 0 ? value : `${value}\0`);
  const allocated = format.bits > 8 ? 16 : 8;
  const grey = of.modality === 'CT' || of.modality === 'DX';
  return concat(
    fileMeta(EXPLICIT_LITTLE_UID),
    ...[ui(Tag.SOPClassUID, of.sopClass), ui(Tag.SOPInstanceUID, own)],
    element(Tag.StudyDate, 'DA', '20260102'),
    element(Tag.Modality, 'CS', of.modality),
    element(Tag.PatientName, 'PN', 'Bench^Viewer'),
    element(Tag.PatientID, 'LO', 'BENCH'),
    ...[ui(Tag.StudyInstanceUID, uid), ui(Tag.SeriesInstanceUID, series)],
    element(Tag.SeriesNumber, 'IS', '1'),
    element(Tag.InstanceNumber, 'IS', String(at + 1)),
    ...(of.modality === 'CT'
      ? [
          element(Tag.ImagePositionPatient, 'DS', `0\\0\\${at * 0.75}`),
          element(Tag.ImageOrientationPatient, 'DS', '1\\0\\0\\0\\1\\0'),
        ]
      : []),
    word(Tag.SamplesPerPixel, format.samples),
    element(Tag.PhotometricInterpretation, 'CS', of.photometric),
    ...(format.samples === 3 ? [word(Tag.PlanarConfiguration, 0)] : []),
    ...(frames.length > 1 ? [element(Tag.NumberOfFrames, 'IS', String(frames.length))] : []),
    ...[word(Tag.Rows, format.height), word(Tag.Columns, format.width)],
    ...(grey ? [element(Tag.PixelSpacing, 'DS', `${spacing}\\${spacing}`)] : []),
    ...[word(Tag.BitsAllocated, allocated), word(Tag.BitsStored, format.bits)],
    ...[word(Tag.HighBit, format.bits - 1), word(Tag.PixelRepresentation, Number(format.signed))],
    ...(window
      ? [
          element(Tag.WindowCenter, 'DS', String(window.centre)),
          element(Tag.WindowWidth, 'DS', String(window.width)),
        ]
      : []),
    element(Tag.PixelData, allocated === 16 ? 'OW' : 'OB', concat(...frames.map(pixelBytes))),
  );
}
