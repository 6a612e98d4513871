// Finds and runs programs of the distribution, and says which package a missing one belongs to.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The Debian package of each program; .ci/run installs them. */
const packages = {
  storescu: 'dcmtk',
  storescp: 'dcmtk',
  echoscu: 'dcmtk',
  findscu: 'dcmtk',
  movescu: 'dcmtk',
  getscu: 'dcmtk',
  dump2dcm: 'dcmtk',
  dcmdump: 'dcmtk',
  dcmdjpls: 'dcmtk',
  dcmconv: 'dcmtk',
  dcmcrle: 'dcmtk',
  dcmcjpls: 'dcmtk',
  dcmcjpeg: 'dcmtk',
  dcmodify: 'dcmtk',
  dcmmkdir: 'dcmtk',
  dcmp2pgm: 'dcmtk',
  dcmpsmk: 'dcmtk',
  dsrdump: 'dcmtk',
  dsr2html: 'dcmtk',
  Orthanc: 'orthanc',
  dciodvfy: 'dicom3tools',
  dcdirdmp: 'dicom3tools',
  python3: 'python3-pydicom',
} as const;

export type Program = keyof typeof packages;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest run of a tool, in milliseconds. */
const MAX_RUN_MS = 120_000;

/** The path of a program. Throws with the package to install when it is missing. */
function programPath(program: Program): string {
  for (const folder of ['/usr/bin', '/usr/sbin', '/usr/local/bin']) {
    const file = path.join(folder, program);
    if (isExecutable(file)) return file;
  }
  const name = packages[program];
  throw new Error(`${program} is missing: install the Debian package ${name} (apt-get install ${name}).`);
}

/** A file of a package. Throws with the package to install when it is missing. */
export function packageFile(file: string, name: string): string {
  try {
    accessSync(file, constants.R_OK);
    return file;
  } catch {
    throw new Error(`${file} is missing: install the Debian package ${name} (apt-get install ${name}).`);
  }
}

/** Starts a program that ends when this process ends, however that happens. */
export function startProgram(
  program: Program,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', programPath(program), ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a program to its end, and ends it after two minutes. */
export async function runProgram(
  program: Program,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  const child = startProgram(program, args, options);
  const output = collectOutput(child);
  const late = setTimeout(() => child.kill('SIGKILL'), MAX_RUN_MS);
  try {
    const [code] = await once(child, 'close');
    return { code, ...output() };
  } finally {
    clearTimeout(late);
  }
}

/** Collects what a process prints. @returns a function that gives all of it so far */
export function collectOutput(child: ChildProcess): () => { stdout: string; stderr: string } {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on('data', (chunk) => chunks.stdout.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.stderr.push(chunk));
  return () => ({
    stdout: Buffer.concat(chunks.stdout).toString(),
    stderr: Buffer.concat(chunks.stderr).toString(),
  });
}

/** Asks a process to end, and ends it after `withinMs`. */
export async function endProgram(child: ChildProcess, withinMs = 5000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await closed;
  clearTimeout(late);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
