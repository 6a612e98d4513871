// A MONOCHROME1 image for the tests: the radiograph as it is, but said to be white at 0, as another patient's.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../support/data.ts';

/** Writes the image into a folder. Every change keeps its length, so no length in the file changes. @returns its path */
export function writeMonochrome1(folder: string): string {
  const original = readFileSync(`${dataFolder}/extra/other/RF_464x512_8bit.dcm`).toString('latin1');
  const changed = original
    .replaceAll('MONOCHROME2', 'MONOCHROME1')
    .replaceAll('Unbekannt', 'Monoeins ')
    .replaceAll('1.3.12.2.1107.5.12.1.', '1.3.12.2.1107.5.12.9.');
  const file = path.join(folder, 'monochrome1.dcm');
  writeFileSync(file, changed, 'latin1');
  return file;
}
