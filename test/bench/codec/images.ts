// The frames a codec benchmark runs on: every readable image of a folder, each once.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { glob, stat } from 'node:fs/promises';
import path from 'node:path';
import { type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { openImage } from '@strata/dicom/image/open-image';
import { readPart10 } from '@strata/dicom/part10';

/** One image to measure. */
export interface BenchImage {
  /** Path in the folder, with the frame's number where there are several. */
  readonly name: string;
  /** The folder it is from. */
  readonly set: string;
  readonly modality: string;
  readonly format: FrameFormat;
  readonly pixels: Pixels;
  /** Red, green and blue, so that a colour transform makes sense. */
  readonly colour: 'rgb' | 'other';
  readonly categorical: boolean;
}

/** A file without an image to measure, and why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** The files under a folder, sorted; the file itself when it is one. */
export async function filesUnder(folder: string): Promise<string[]> {
  if ((await stat(folder)).isFile()) return [folder];
  const files = [];
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true })) {
    if (entry.isFile()) files.push(path.join(entry.parentPath, entry.name));
  }
  return files.sort();
}

/** The middle frame of a file as ingest would code it. */
interface ReadImage {
  readonly modality: string;
  readonly photometric: string;
  readonly categorical: boolean;
  readonly frames: number;
  /** Which frame it is, from 0. */
  readonly frame: number;
  readonly format: FrameFormat;
  readonly pixels: Pixels;
}

/** The middle frame of a file, or why there is none. @throws DicomError when the file is not read at all */
async function readImage(bytes: Uint8Array): Promise<ReadImage | string> {
  const { attributes, frames } = await openImage(readPart10(bytes));
  const { photometric, unshown } = attributes.instance.presentation;
  if (frames === null) return unshown ?? 'holds no pixels';
  const { format, categorical, count } = frames;
  const frame = count >> 1;
  const { modality } = attributes.series;
  const pixels = frames.frame(frame);
  return { modality, photometric, categorical, frames: count, frame, format, pixels };
}

/** Takes images one by one and knows those it has seen: the same picture in two syntaxes counts once. */
export class ImageReader {
  readonly #folder: string;
  readonly #seen = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The image in a file, or why there is none to measure. */
  async read(file: string): Promise<BenchImage | LeftOut> {
    const name = path.relative(this.#folder, file) || path.basename(file);
    const out = (reason: string): LeftOut => ({ name, reason });
    let image: ReadImage | string;
    try {
      image = await readImage(new Uint8Array(readFileSync(file)));
    } catch (error) {
      return out(error instanceof Error ? error.message : `cannot be read (${error})`);
    }
    if (typeof image === 'string') return out(image);
    const { format, pixels, frames, frame } = image;
    const key = createHash('sha256').update(JSON.stringify(format)).update(pixelBytes(pixels)).digest('hex');
    const twin = this.#seen.get(key);
    if (twin !== undefined) return out(`the same image as ${twin}`);
    this.#seen.set(key, name);
    return {
      name: frames > 1 ? `${name} frame ${frame + 1}` : name,
      set: path.dirname(name),
      modality: image.modality || '?',
      format,
      pixels,
      colour: format.samples === 3 && !/^YBR_(FULL|PARTIAL)/.test(image.photometric) ? 'rgb' : 'other',
      categorical: image.categorical,
    };
  }
}
