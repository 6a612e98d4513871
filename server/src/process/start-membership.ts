// Makes this server a member of its pool, once it can be reached.
import { hostname } from 'node:os';
import type { Metadata } from '@strata/metadata/metadata';
import type { DiskRecord } from '@strata/metadata/pool/model';
import type { DataFolder } from '../config/data-folder.ts';
import type { Logger } from '../config/log.ts';
import type { Role } from '../config/settings/pool-section.ts';
import type { Settings } from '../config/settings/settings.ts';
import { VERSION } from '../config/version.ts';
import { LoadMeter } from '../pool/load-meter.ts';
import { Membership } from '../pool/membership.ts';
import type { UndoList } from './undo.ts';

export interface MembershipParts {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly roles: ReadonlySet<Role>;
  readonly metadata: Metadata;
  /** `http://127.0.0.1:PORT` of this server. */
  readonly url: string;
  /** Where other servers reach it. */
  readonly wireUrl: string;
  /** Another at each start of the process. */
  readonly boot: string;
  readonly disks: () => readonly DiskRecord[];
  /** Of answers in memory that clients have not taken yet. */
  readonly waitingBytes: () => number;
  /** Whether a command runs it for itself. */
  readonly isVisit: boolean;
  readonly log: Logger;
}

/** @throws MetadataError */
export async function startMembership(parts: MembershipParts, undo: UndoList): Promise<Membership> {
  const { folder, settings, roles, metadata, url, wireUrl, boot, disks, waitingBytes, isVisit, log } = parts;
  const { name, site, endpoints, lease } = settings.pool;
  const load = new LoadMeter(waitingBytes);
  const own = { url: `${url.replace('http', 'ws')}/stream`, scope: 'internal' as const };
  const membership = await Membership.join({
    pool: metadata.pool,
    identity: {
      ...{
        id: folder.id,
        name: name ?? `${hostname().slice(0, 56)}:${new URL(url).port}`,
        site,
        wireUrl,
        boot,
      },
      ...{ roles: [...roles], version: VERSION },
      endpoints: endpoints.length > 0 ? endpoints : roles.has('image') ? [own] : [],
    },
    load: () => load.read(),
    ...{ disks, leaseMs: lease * 1000, isVisit, log },
  });
  undo.add(() => membership.leave());
  return membership;
}
