// Two sites with one server each and a slow line between them; what clients at each site see.
import type { SocketConstructor } from '@strata/stream/types';
import { freePorts } from '../../support/peers/ports.ts';
import { Pool, type PoolServer } from '../../support/pool.ts';
import { SlowLink } from '../../support/slow-link.ts';

export const SITES = ['north', 'south'] as const;
/** Another address of this machine: where a server is met by those of the other site. */
const FAR_HOST = '127.0.0.2';

export class TwoSites {
  readonly pool: Pool;
  readonly link: SlowLink;
  /** The address of each server for clients of the other site. */
  readonly #far: readonly string[];

  private constructor(pool: Pool, link: SlowLink, far: readonly string[]) {
    this.pool = pool;
    this.link = link;
    this.#far = far;
  }

  /** @param bitsPerSecond of the line, each way @param roundTrip of it, in milliseconds */
  static async start(bitsPerSecond: number, roundTrip: number): Promise<TwoSites> {
    const link = new SlowLink(bitsPerSecond, roundTrip);
    const wires = await freePorts(SITES.length);
    const far: string[] = [];
    for (const [at, port] of wires.entries()) {
      await link.door(port, at === 0 ? 'there' : 'here', { host: FAR_HOST, port });
    }
    const ports = await freePorts(SITES.length);
    for (const [at, port] of ports.entries()) {
      far.push(`ws://127.0.0.1:${await link.door(port, at === 0 ? 'there' : 'here')}/stream`);
    }
    const pool = await Pool.start(
      SITES.length,
      (at) => ({
        site: SITES[at],
        listen: { port: wires[at], publicHost: FAR_HOST },
        endpoints: [{ url: `ws://127.0.0.1:${ports[at]}/stream` }, { url: far[at], scope: 'external' }],
      }),
      ports,
    );
    return new TwoSites(pool, link, far);
  }

  server(at: number): PoolServer {
    return this.pool.server(at);
  }

  /** The network of a client at a site: the other site's server is not to be reached by its internal address. */
  socketsAt(site: number): SocketConstructor {
    const hidden = this.server(1 - site).stream;
    return class extends WebSocket {
      constructor(url: string) {
        super(url === hidden ? 'ws://127.0.0.1:9/stream' : url);
      }
    } as unknown as SocketConstructor;
  }

  /** Addresses that a client at a site is configured with. */
  addressesAt(site: number): string[] {
    return [this.server(site).stream, this.#far[1 - site] as string];
  }

  async close(): Promise<void> {
    await this.pool.close();
    await this.link.close();
  }
}
