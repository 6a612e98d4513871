// Where the real DICOM files of the tests are.
import { existsSync, globSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The folder of real images: `STRATA_TEST_DATA`, or `../shared/data` beside the checkout. */
export const dataFolder =
  process.env.STRATA_TEST_DATA ?? path.resolve(import.meta.dirname, '../../../shared/data');

/** The absolute paths of the files of one folder of the images, sorted by name. Throws when the images are not there. */
export function dataFiles(folder: string): string[] {
  const full = path.join(dataFolder, folder);
  if (!existsSync(full)) {
    throw new Error(`The test images are missing: no ${full}. Put them there or set STRATA_TEST_DATA.`);
  }
  const names = readdirSync(full).filter((name) => name.endsWith('.dcm'));
  return names.sort().map((name) => path.join(full, name));
}

/** The absolute paths of all of the images' files, sorted. Throws when the images are not there. */
export function allDataFiles(): string[] {
  dataFiles('series/ct-ge');
  return globSync('**/*.dcm', { cwd: dataFolder })
    .sort()
    .map((name) => path.join(dataFolder, name));
}
