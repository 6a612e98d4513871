// The real DICOM files of the tests, and folders to work in.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The folder of real images: `STRATA_TEST_DATA`, or `../shared/data` beside the checkout. */
const dataFolder =
  process.env.STRATA_TEST_DATA ?? path.resolve(import.meta.dirname, '../../../../shared/data');

/** The absolute path of a test image, e.g. `odd/pydicom/no_meta.dcm`. */
export function testFile(name: string): string {
  return path.join(dataFolder, name);
}

/** A test image in a buffer of its own. */
export function testBytes(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(testFile(name)));
}

/** The names of the images in a folder of the test images, sorted. */
export function testNames(folder: string): string[] {
  const names = readdirSync(testFile(folder)).filter((name) => name.endsWith('.dcm'));
  return names.sort().map((name) => path.join(folder, name));
}

/** A new empty folder; removed when the `using` block ends. */
export function scratchFolder(): Disposable & { path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-server-'));
  return {
    path: folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
