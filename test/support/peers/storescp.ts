// DCMTK's storescp: a destination that writes what it receives into a folder.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { filesIn } from './dcmtk.ts';
import { freePort, untilListening } from './ports.ts';
import { collectOutput, endProgram, startProgram } from './program.ts';

export class StoreScp implements AsyncDisposable {
  readonly port: number;
  readonly aeTitle: string;
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #output: () => { stdout: string; stderr: string };

  private constructor(child: ChildProcess, port: number, aeTitle: string, folder: string) {
    this.#child = child;
    this.#output = collectOutput(child);
    this.port = port;
    this.aeTitle = aeTitle;
    this.folder = folder;
  }

  /**
   * Starts it; it listens when this returns.
   * @param folder where received files go; made when missing
   * @param options further ones, e.g. `['+xa']` to accept all transfer syntaxes, `['--sleep-during', '60']`
   */
  static async start(
    folder: string,
    options: readonly string[] = ['+xa'],
    aeTitle = 'STORESCP',
  ): Promise<StoreScp> {
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const args = ['-aet', aeTitle, '-od', folder, ...options, String(port)];
    const child = startProgram('storescp', args);
    const scp = new StoreScp(child, port, aeTitle, folder);
    await untilListening(port, () => (child.exitCode === null ? null : scp.output));
    return scp;
  }

  /** The paths of what was received, sorted. */
  get files(): string[] {
    return filesIn(this.folder);
  }

  /** What it has printed. */
  get output(): string {
    const { stdout, stderr } = this.#output();
    return `${stdout}${stderr}`;
  }

  async stop(): Promise<void> {
    await endProgram(this.#child);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
