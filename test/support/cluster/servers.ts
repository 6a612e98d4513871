// Real Strata servers whose metadata are in a cluster.
import path from 'node:path';
import type { ListedServer } from '../../../server/src/http/servers-routes.ts';
import { knownServers } from '../known-servers.ts';
import { freePorts } from '../peers/ports.ts';
import { PoolServer, until } from '../pool.ts';
import { temporaryFolder } from '../strata.ts';

export class ClusterServers {
  readonly servers: readonly PoolServer[];
  readonly #remove: () => void;

  private constructor(servers: readonly PoolServer[], remove: () => void) {
    this.servers = servers;
    this.#remove = remove;
  }

  /**
   * Starts so many gateways with images and waits until they know each other.
   * @param url the address list of the cluster @param settings of all of them
   */
  static async start(url: string, count: number, settings: object = {}): Promise<ClusterServers> {
    const { folder, remove } = temporaryFolder('cluster-servers');
    const ports = await freePorts(count);
    const args = ['--roles', 'gateway,image', '--metadata', url, '--log-level', 'silent'];
    const servers = ports.map((port, at) => {
      const name = `server-${at + 1}`;
      return new PoolServer(name, path.join(folder, name), port, args, { ...settings, pool: { name } });
    });
    const all = new ClusterServers(servers, remove);
    try {
      await Promise.all(servers.map((server) => server.start()));
      await all.untilAlive();
      return all;
    } catch (error) {
      await all.close();
      throw error;
    }
  }

  server(at: number): PoolServer {
    const server = this.servers[at % this.servers.length];
    if (!server) throw new Error('there is no server');
    return server;
  }

  get streams(): string[] {
    return this.servers.map(({ stream }) => stream);
  }

  /** Waits until every server knows that all are alive, and may write. */
  async untilAlive(): Promise<void> {
    for (const { url } of this.servers) {
      await until(async () => {
        const servers = (await (await fetch(`${url}/admin/servers`)).json()) as ListedServer[];
        const areAlive = servers.length === this.servers.length && servers.every(({ isAlive }) => isAlive);
        const isReady = (await fetch(`${url}/ready`)).ok;
        return isReady && areAlive && (await knownServers(url)) === this.servers.length;
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    this.#remove();
  }
}
