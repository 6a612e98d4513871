// Runs Strata as its users do: the command line as a process, and a server to talk to.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const main = path.resolve(import.meta.dirname, '../../server/src/cli/main.ts');

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A new empty folder in the system's temporary place and the function that removes it. */
export function temporaryFolder(name: string): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), `strata-${name}-`));
  return { folder, remove: () => removeFolder(folder) };
}

/** The database of a server that was killed writes on for a moment, also into what has just been emptied. */
function removeFolder(folder: string): void {
  for (let tries = 0; tries < 40 && existsSync(folder); tries++) {
    if (tries > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
}

/** Runs one `strata` command to its end. */
export async function strata(...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const [code] = await once(child, 'close');
  return { code, ...output() };
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on('data', (chunk) => chunks.stdout.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.stderr.push(chunk));
  return () => ({
    stdout: Buffer.concat(chunks.stdout).toString(),
    stderr: Buffer.concat(chunks.stderr).toString(),
  });
}

/** A running `strata start` on a free port. */
export class StrataProcess {
  readonly url: string;
  /** The port for DICOM peers; the AE title is STRATA. */
  readonly dicomPort: number;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #output: () => { stdout: string; stderr: string };

  private constructor(
    child: ChildProcess,
    output: () => { stdout: string; stderr: string },
    url: string,
    dicomPort: number,
  ) {
    this.#output = output;
    this.#child = child;
    this.url = url;
    this.dicomPort = dicomPort;
    this.#closed = child.exitCode === null ? once(child, 'close') : Promise.resolve();
  }

  /** Starts Strata on the data folder and waits until it says that it is ready. Throws with its output if it ends before. */
  static start(data: string, ...args: string[]): Promise<StrataProcess> {
    return StrataProcess.startIn({}, data, ...args);
  }

  /** The same with more variables in its environment. */
  static async startIn(
    environment: Readonly<Record<string, string>>,
    data: string,
    ...args: string[]
  ): Promise<StrataProcess> {
    // The lifeline: a test that fails half way leaves no server behind.
    const ports = ['--port', '0', ...(args.includes('--dicom-port') ? [] : ['--dicom-port', '0'])];
    const child = spawn(process.execPath, [main, 'start', '--data', data, ...ports, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, STRATA_LIFELINE_FD: '3' },
    });
    const output = collect(child);
    const [url, dicomPort] = await new Promise<[string, number]>((resolve, reject) => {
      child.stdout?.on('data', () => {
        const ready = /ready: (http:\/\/\S+)\n(?:DICOM: \S+?:(\d+)\n)?/.exec(output().stdout);
        if (ready?.[1]) resolve([ready[1].replace(/\/$/, ''), Number(ready[2] ?? 0)]);
      });
      child.once('close', (code) =>
        reject(new Error(`strata start ended with ${code}:\n${output().stdout}\n${output().stderr}`)),
      );
    });
    return new StrataProcess(child, output, url, dicomPort);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** What it has written until now: its log, and what it says to who started it. */
  get written(): string {
    const { stdout, stderr } = this.#output();
    return stdout + stderr;
  }

  /** Ends the process without any chance to clean up. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** Asks the process to stop and waits for its end. @returns its exit code */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    await this.#closed;
    return this.#child.exitCode;
  }
}
