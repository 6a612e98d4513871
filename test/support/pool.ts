// Several real servers on one metadata service, each `strata start` in a process of its own, to be killed, frozen and restarted.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ListedServer } from '../../server/src/http/servers-routes.ts';
import { knownServers } from './known-servers.ts';
import { freePorts } from './peers/ports.ts';
import { type Ran, StrataProcess, strata, temporaryFolder } from './strata.ts';

/** One server: the same folder and the same port each time it is started. */
export class PoolServer {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly #args: readonly string[];
  #process: StrataProcess | null = null;

  constructor(name: string, folder: string, port: number, args: readonly string[], settings: object) {
    this.name = name;
    this.folder = folder;
    this.port = port;
    this.#args = args;
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(settings));
  }

  /** The address for clients. */
  get stream(): string {
    return `ws://127.0.0.1:${this.port}/stream`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (!this.#process) throw new Error(`${this.name} is not running`);
    return this.#process.pid;
  }

  /**
   * Resolves when it says that it is ready. Throws with its output when it ends before.
   * @param environment more variables for it
   */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const args = ['--port', String(this.port), ...this.#args];
    this.#process = await StrataProcess.startIn(environment, this.folder, ...args);
  }

  /** Ends it without any chance to say so. */
  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    await running?.kill();
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    await running?.stop();
  }

  /** Lets it hang: its connections stay, nothing moves. */
  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Runs a command against this server. */
  run(command: string, ...args: string[]): Promise<Ran> {
    return strata(command, '--data', this.folder, ...args);
  }
}

/** Image servers with gateways, and one server that has the database and nothing else. */
export class Pool {
  readonly metadata: PoolServer;
  readonly servers: readonly PoolServer[];
  readonly #remove: () => void;

  private constructor(metadata: PoolServer, servers: readonly PoolServer[], remove: () => void) {
    this.metadata = metadata;
    this.servers = servers;
    this.#remove = remove;
  }

  /**
   * Starts them and waits until they know each other.
   * @param settings of the section `pool` of each image server, which are so many
   * @param ports of them; default: free ones
   */
  static async start(
    count: number,
    settings: (at: number) => object = () => ({}),
    ports?: readonly number[],
  ): Promise<Pool> {
    const { folder, remove } = temporaryFolder('pool');
    const [metadataPort = 0, ...free] = await freePorts(count + 1);
    const quiet = ['--log-level', 'silent'];
    const at = path.join(folder, 'metadata');
    const metadata = new PoolServer('metadata', at, metadataPort, ['--roles', 'metadata', ...quiet], {
      pool: { name: 'metadata', lease: 2 },
    });
    const shared = ['--roles', 'gateway,image', '--metadata', path.join(at, 'metadata-url'), ...quiet];
    const servers = (ports ?? free).map((port, place) => {
      const name = `server-${place + 1}`;
      return new PoolServer(name, path.join(folder, name), port, shared, {
        pool: { name, lease: 2, ...settings(place) },
      });
    });
    const pool = new Pool(metadata, servers, remove);
    try {
      await metadata.start();
      await Promise.all(servers.map((server) => server.start()));
      await pool.untilAlive();
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** The image servers by their place. */
  server(at: number): PoolServer {
    const server = this.servers[at];
    if (!server) throw new Error(`there is no server ${at}`);
    return server;
  }

  /** Every process. */
  get all(): readonly PoolServer[] {
    return [this.metadata, ...this.servers];
  }

  get streams(): string[] {
    return this.servers.map(({ stream }) => stream);
  }

  /** Waits until every server knows that all are alive, and may write. */
  async untilAlive(): Promise<void> {
    for (const { url } of this.servers) {
      await until(async () => {
        const servers = (await (await fetch(`${url}/admin/servers`)).json()) as ListedServer[];
        const ready = (await fetch(`${url}/ready`)).ok;
        const alive = servers.filter(({ isAlive }) => isAlive).length;
        return ready && alive === this.all.length && (await knownServers(url)) === this.servers.length;
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    // Its database would write on for a moment, into a folder that is being removed.
    await this.metadata.stop();
    this.#remove();
  }
}

/** Asks again and again until it is so; what fails counts as not yet. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await sleep(50);
}
