// Image servers as processes, so that a test can kill and freeze them as operators and kernels do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import type { Server } from '@strata/protocol/messages';

const main = path.resolve(import.meta.dirname, 'image-process-main.ts');

/** Where the servers of one pool find blobs and metadata. */
export interface Sources {
  readonly store: string;
  readonly database: string;
}

export class ImageProcess {
  readonly id: string;
  readonly port: number;
  readonly #sources: Sources;
  readonly #pool: readonly Server[];
  #child: ChildProcess | null = null;

  private constructor(id: string, port: number, sources: Sources, pool: readonly Server[]) {
    this.id = id;
    this.port = port;
    this.#sources = sources;
    this.#pool = pool;
  }

  /** Starts so many servers that know of each other. */
  static async startPool(count: number, sources: Sources): Promise<ImageProcess[]> {
    const ports = await freePorts(count);
    const pool = ports.map((port, i): Server => {
      const id = `server-${i + 1}`;
      return { id, name: id, endpoints: [`ws://127.0.0.1:${port}/stream`], load: 0, site: 'here' };
    });
    const servers = ports.map((port, i) => new ImageProcess(pool[i]?.id ?? '', port, sources, pool));
    await Promise.all(servers.map((server) => server.start()));
    return servers;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/stream`;
  }

  /** Starts it, or starts it again; resolves when it answers. Throws with its words when it ends before. */
  async start(): Promise<void> {
    const { store, database } = this.#sources;
    const args = ['--store', store, '--database', database, '--id', this.id, '--port', String(this.port)];
    const child = spawn(process.execPath, [main, ...args, '--pool', JSON.stringify(this.#pool)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('close', (code, signal) =>
        reject(new Error(`${this.id} ended (${code ?? signal}): ${words}`)),
      );
    });
  }

  /** Ends it without any chance to say so. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Asks it to leave: it says goaway, finishes what runs, and ends. */
  leave(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Lets it hang: its connections stay, nothing moves. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}
