// Opens the image role on the HTTP server, and tells its clients of the pool.
import type { Server as HttpServer } from 'node:http';
import type { Metadata } from '@strata/metadata/metadata';
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { Logger } from '../config/log.ts';
import { loopbackPort, originAllowed } from '../config/loopback.ts';
import { attachImageRole, type ImageRole, type ImageRoleOptions } from '../image/image-role.ts';
import { clientServers, PoolNews } from '../pool/client-servers.ts';
import type { Membership } from '../pool/membership.ts';

export interface ImageOptions {
  readonly httpServer: HttpServer;
  readonly store: ImageRoleOptions['store'];
  readonly metadata: Metadata;
  readonly admits: NonNullable<ImageRoleOptions['admits']>;
  readonly serverId: string;
  /** As they are known at the time; none yet before this server has joined. */
  readonly servers: () => readonly ServerRecord[];
  /** The port of our own pages. */
  readonly port: number;
  readonly log: Logger;
}

/** To be closed by the caller, together with what else finishes its work. */
export function startImage(options: ImageOptions): ImageRole {
  const { httpServer, store, metadata, admits, serverId, servers, port, log } = options;
  return attachImageRole({
    ...{ httpServer, store, metadata, admits, serverId, pool: [], log },
    // Pages of any server of the pool: they ask all of them.
    originAllowed: (origin) => originAllowed(origin, port, ...portsOf(servers())),
  });
}

/** Tells the clients of the image role who is in the pool, now and whenever it changes. @returns ends it */
export function tellOfPool(image: ImageRole, membership: Membership): () => void {
  const news = new PoolNews();
  const tell = (servers: readonly ServerRecord[]) => {
    const list = clientServers(servers, membership.id);
    if (news.isNews(list, performance.now())) image.poolChanged(list);
  };
  tell(membership.servers);
  return membership.onHeartbeat(tell);
}

/** The ports of servers on this machine. */
export function portsOf(servers: readonly ServerRecord[]): number[] {
  return servers.flatMap(({ endpoints }) => endpoints.flatMap(({ url }) => loopbackPort(url) ?? []));
}
