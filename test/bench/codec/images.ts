// The frames a codec benchmark runs on: every readable image of a folder.
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import type { FrameFormat, Pixels } from '@strata/codec/format';
import { DicomError } from '@strata/dicom/errors';
import { readFrame } from '@strata/dicom/frames';
import { readPart10 } from '@strata/dicom/part10';

export interface BenchImage {
  /** Path in the folder, with the frame's number where there are several. */
  readonly name: string;
  readonly modality: string;
  readonly format: FrameFormat;
  readonly pixels: Pixels;
}

/** The files under a folder, sorted; the folder itself when it is a file. */
export async function filesUnder(folder: string): Promise<string[]> {
  const files = [];
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true })) {
    if (entry.isFile()) files.push(path.join(entry.parentPath, entry.name));
  }
  return files.sort();
}

/**
 * The image to measure in a file: its middle frame.
 * @returns null when the file holds no image that Strata reads
 */
export function benchImage(folder: string, file: string): BenchImage | null {
  try {
    const dicom = readPart10(readFileSync(file));
    if (!dicom.pixels) return null;
    const middle = dicom.pixels.frames >> 1;
    const { format, pixels } = readFrame(dicom, middle);
    const name = path.relative(folder, file) + (dicom.pixels.frames > 1 ? ` frame ${middle + 1}` : '');
    return { name, modality: dicom.attributes.series.modality || '?', format, pixels };
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
}
