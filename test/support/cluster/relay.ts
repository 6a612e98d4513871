// Ports of this machine that lead into the network of a cluster's nodes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import type { Network } from './network.ts';

const main = path.join(import.meta.dirname, 'relay-main.ts');

export class Relay {
  readonly #child: ChildProcess;

  /** @param folder in which it works */
  constructor(network: Network, folder: string) {
    const [program = '', ...args] = network.enter(null);
    this.#child = spawn(program, [...args, process.execPath, main], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  /** @returns a port of 127.0.0.1 that leads to an address and port of the nodes' network */
  async lead(host: string, port: number): Promise<number> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: own } = server.address() as AddressInfo;
    const listening = once(this.#child, 'message');
    this.#child.send({ host, port }, server);
    await listening;
    server.close();
    return own;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await closed;
  }
}
