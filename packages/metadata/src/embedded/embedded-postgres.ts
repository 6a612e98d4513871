// PostgreSQL as a part of Strata: a real server in the data folder that starts and ends with this process.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MetadataError } from '../errors.ts';
import { passwordFile, USER } from './cluster.ts';
import type { KeeperOrder, KeeperReport } from './keeper-messages.ts';

/** How the server ended: `expected` after `stop`, else it died and nothing can be stored until a new start. */
export interface ServerExit {
  readonly expected: boolean;
  readonly reason: string;
}

/** Where the database is kept, and who wants to know what happens to it. */
export interface EmbeddedOptions {
  /** Made when it is new; holds the database, its password and its log. */
  readonly folder: string;
  readonly log?: (message: string) => void;
  /** On 127.0.0.1; any free one when it is left out. */
  readonly port?: number;
}

/** A PostgreSQL server of this process. Durable (fsync), on 127.0.0.1 only, behind a password. */
export class EmbeddedPostgres {
  /** The URL for `Metadata.open`; it carries the password: not for logs. */
  readonly url: string;
  /** The process id of the server. */
  readonly pid: number;
  /** Settles when the server has ended; never rejects. */
  readonly exited: Promise<ServerExit>;
  readonly #keeper: ChildProcess;
  #stopping = false;

  private constructor(keeper: ChildProcess, url: string, pid: number) {
    this.#keeper = keeper;
    this.url = url;
    this.pid = pid;
    this.exited = new Promise((resolve) => {
      let reason = 'the keeper of the database process ended';
      keeper.on('message', (report: KeeperReport) => {
        if (report.type === 'ended') reason = `the database process ended (${report.signal ?? report.code})`;
      });
      const end = () => resolve({ expected: this.#stopping, reason: this.#stopping ? 'stopped' : reason });
      if (keeper.exitCode !== null || keeper.signalCode !== null) end();
      else keeper.once('exit', end);
    });
  }

  /**
   * Starts the server of the folder; makes a new database when there is none. Takes over from a Strata that was killed.
   * Throws MetadataError: `in-use` when another Strata runs on the folder, `no-space`, `start-failed`.
   */
  static async start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    const folder = path.resolve(options.folder);
    const { NODE_OPTIONS: _, ...env } = process.env;
    const keeper = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        fileURLToPath(new URL('./keeper.ts', import.meta.url)),
        folder,
        ...(options.port === undefined ? [] : [String(options.port)]),
      ],
      // Detached: an interrupt from the terminal is for Strata, which stops the server when it is done.
      { env, cwd: path.parse(folder).root, detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    );
    const { port, postgres } = await ready(keeper, folder, options.log ?? (() => undefined));
    const password = readFileSync(passwordFile(folder), 'utf8');
    const url = `postgres://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
    const server = new EmbeddedPostgres(keeper, url, postgres);
    // Who forgets to stop it can still end: the lifeline then does it.
    keeper.unref();
    keeper.channel?.unref();
    if (keeper.stderr instanceof Socket) keeper.stderr.unref();
    return server;
  }

  /** Ends the server gracefully; connections are closed. Returns when the folder is free. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#keeper.ref();
    const order: KeeperOrder = { type: 'stop' };
    if (this.#keeper.connected) this.#keeper.send(order, () => undefined);
    await this.exited;
  }
}

type Ready = Extract<KeeperReport, { type: 'ready' }>;

function ready(keeper: ChildProcess, folder: string, log: (message: string) => void): Promise<Ready> {
  let said = '';
  keeper.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4096);
  });
  return new Promise((resolve, reject) => {
    let failed: MetadataError | undefined;
    keeper.on('message', (report: KeeperReport) => {
      if (report.type === 'log') log(report.message);
      if (report.type === 'ready') resolve(report);
      if (report.type === 'failed') failed = new MetadataError(report.code, report.message);
    });
    keeper.once('error', (cause) =>
      reject(
        new MetadataError('start-failed', `Cannot start the keeper of the database in ${folder}.`, { cause }),
      ),
    );
    keeper.once('close', (code, signal) => {
      const reason = `The keeper of the database in ${folder} ended (${signal ?? code}): ${said.trim()}`;
      reject(failed ?? new MetadataError('start-failed', reason));
    });
  });
}
