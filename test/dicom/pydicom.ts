// What pydicom makes of the pixels of files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { collectOutput, packageFile } from '../support/peers/program.ts';

const SCRIPT = path.join(import.meta.dirname, 'pydicom-pixels.py');
/** The distribution's own, for which its packages of pydicom, numpy and GDCM are. */
const PYTHON = '/usr/bin/python3';

/** Its answer about one file: digests of frames, the values of all frames, or the reason why it decodes none. */
export interface PydicomAnswer {
  readonly file: string;
  readonly frames?: number;
  readonly syntax?: string;
  /** 'wide' of samples of more than 16 bits; else photometric interpretation, bits and sign. */
  readonly kind?: string;
  /** (0028,2110): '01' of what was compressed with loss. */
  readonly lossy?: string;
  /** SHA-256 of each frame's values as doubles. */
  readonly digests?: readonly string[];
  /** Name of the file that holds the values of all frames. */
  readonly values?: string;
  readonly reason?: string;
}

/**
 * Has pydicom decode files.
 * @param folder where values are put
 * @returns its answers by file
 * @throws when pydicom is missing, with the package's name, or when the program fails
 */
export async function readWithPydicom(
  files: readonly string[],
  folder: string,
): Promise<Map<string, PydicomAnswer>> {
  packageFile('/usr/lib/python3/dist-packages/pydicom/__init__.py', 'python3-pydicom');
  packageFile('/usr/lib/python3/dist-packages/gdcm.py', 'python3-gdcm');
  const child = spawn(PYTHON, [SCRIPT, folder]);
  const output = collectOutput(child);
  child.stdin.end(files.map((file) => `${file}\n`).join(''));
  const [code] = await once(child, 'close');
  const { stdout, stderr } = output();
  if (code !== 0) throw new Error(`pydicom-pixels.py ended with ${code}:\n${stderr}`);
  return new Map(
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as PydicomAnswer)
      .map((answer) => [answer.file, answer]),
  );
}

/** The values of one frame of an answer that has them: doubles of wide samples, else single floats, which hold 16 bits. */
export function valuesOf(folder: string, answer: PydicomAnswer, index: number): Float32Array | Float64Array {
  const { values = '', frames = 1, kind } = answer;
  const file = openSync(path.join(folder, values), 'r');
  try {
    const bytes = new Uint8Array(fstatSync(file).size / frames);
    readSync(file, bytes, 0, bytes.length, index * bytes.length);
    return kind === 'wide' ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer);
  } finally {
    closeSync(file);
  }
}
