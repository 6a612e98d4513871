// Where the real DICOM files of the tests are: STRATA_TEST_DATA, or ../shared/data beside the checkout.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder =
  process.env.STRATA_TEST_DATA ?? path.resolve(import.meta.dirname, '../../../../../shared/data');

/** The bytes of one of the test files, by its path in the folder of real images. */
export function testFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(folder, name)));
}

/** The paths of all test files, sorted. Throws when they are not there. */
export function testFiles(): string[] {
  if (!existsSync(folder)) {
    throw new Error(`The test images are missing: no ${folder}. Put them there or set STRATA_TEST_DATA.`);
  }
  return globSync('**/*.dcm', { cwd: folder }).sort();
}

/** The rows of both manifests, by path in the folder of real images, with their columns by name. */
export function manifestRows(): Map<string, Record<string, string>> {
  const rows = new Map<string, Record<string, string>>();
  for (const [manifest, prefix] of [
    ['MANIFEST.tsv', ''],
    ['extra/MANIFEST.tsv', 'extra/'],
  ] as const) {
    const [head, ...lines] = readFileSync(path.join(folder, manifest), 'utf8').trimEnd().split('\n');
    const names = head?.split('\t') ?? [];
    for (const line of lines) {
      const cells = line.split('\t');
      const row = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
      rows.set(prefix + row.file, row);
    }
  }
  return rows;
}
