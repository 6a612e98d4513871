// Independent readers of DICOM files: dciodvfy judges them, pydicom reads them.
import { type Finished, packageFile, runProgram } from './program.ts';

const PYDICOM = '/usr/lib/python3/dist-packages/pydicom/__init__.py';

/** What dciodvfy says of a file, one line each, without the lines that only name the file's kind. */
export async function dciodvfy(file: string): Promise<{ errors: string[]; warnings: string[] }> {
  const { stdout, stderr } = await runProgram('dciodvfy', ['-new', file]);
  const lines = `${stdout}\n${stderr}`.split('\n');
  return {
    errors: lines.filter((line) => line.startsWith('Error')),
    warnings: lines.filter((line) => line.startsWith('Warning')),
  };
}

/**
 * Runs a Python program with pydicom, numpy, gdcm and pillow of the distribution.
 * @param script the program's text; `sys.argv[1:]` are the arguments
 */
export function python(script: string, ...args: string[]): Promise<Finished> {
  packageFile(PYDICOM, 'python3-pydicom');
  return runProgram('python3', ['-c', script, ...args]);
}

/** Runs such a program that prints one JSON value. Throws with its error output when it fails. */
export async function pythonJson<Answer>(script: string, ...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await python(script, ...args);
  if (code !== 0) throw new Error(`The Python program ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as Answer;
}
