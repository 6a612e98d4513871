// Opens the image role on the HTTP server, and tells its clients of the pool.
import type { Server as HttpServer } from 'node:http';
import type { Metadata } from '@strata/metadata/metadata';
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { Logger } from '../config/log.ts';
import { loopbackPort, originAllowed } from '../config/loopback.ts';
import { attachImageRole, type ImageRole, type ImageRoleOptions } from '../image/image-role.ts';
import { clientServers, PoolNews } from '../pool/client-servers.ts';
import type { Membership } from '../pool/membership.ts';
import type { UndoList } from './undo.ts';

export interface ImageOptions {
  readonly httpServer: HttpServer;
  readonly store: ImageRoleOptions['store'];
  readonly metadata: Metadata;
  readonly membership: Membership;
  /** The port of our own pages. */
  readonly port: number;
  readonly log: Logger;
}

/** To be closed by the caller, together with what else finishes its work. */
export function startImage(options: ImageOptions, undo: UndoList): ImageRole {
  const { httpServer, store, metadata, membership, port, log } = options;
  const serverId = membership.id;
  const news = new PoolNews();
  const listOf = (servers: readonly ServerRecord[]) => clientServers(servers, serverId);
  const pool = listOf(membership.servers);
  news.isNews(pool, performance.now());
  const image = attachImageRole({
    ...{ httpServer, store, metadata, serverId, pool, log },
    // Pages of any server of the pool: they ask all of them.
    originAllowed: (origin) => originAllowed(origin, port, ...portsOf(membership.servers)),
  });
  undo.add(
    membership.onHeartbeat((servers) => {
      const list = listOf(servers);
      if (news.isNews(list, performance.now())) image.poolChanged(list);
    }),
  );
  return image;
}

function portsOf(servers: readonly ServerRecord[]): number[] {
  return servers.flatMap(({ endpoints }) => endpoints.flatMap(({ url }) => loopbackPort(url) ?? []));
}
