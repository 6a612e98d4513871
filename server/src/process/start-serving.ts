// The order in which the parts start that others reach, once there are a data folder and a database.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { ChangeFeed } from '../changes/change-feed.ts';
import { spreadNews } from '../changes/spread-news.ts';
import type { DataFolder } from '../config/data-folder.ts';
import { httpUrl } from '../config/loopback.ts';
import type { PoolPlace } from '../config/pool-place.ts';
import { removeRunFile, writeRunFile } from '../config/run-file.ts';
import type { Settings } from '../config/settings/settings.ts';
import type { DicomService } from '../dimse/dicom-service.ts';
import { createApp } from '../http/app.ts';
import { closeApp, listen } from '../http/listening.ts';
import type { ImageRole } from '../image/image-role.ts';
import type { Membership } from '../pool/membership.ts';
import { Upkeep } from '../pool/upkeep/upkeep.ts';
import { detailsOfStep } from '../routing/scheduled-step.ts';
import { SharedAccess } from '../sharing/shared-access.ts';
import { admitsBy } from '../sharing/stream-scope.ts';
import type { MetadataService } from './metadata/metadata-service.ts';
import { poolAdmin } from './pool-admin.ts';
import { readinessOf } from './readiness.ts';
import { restartOf } from './restart-of.ts';
import { startDicom } from './start-dicom.ts';
import { startGateway } from './start-gateway.ts';
import { portsOf, startImage, tellOfPool } from './start-image.ts';
import { startMembership } from './start-membership.ts';
import type { Started, StrataOptions } from './start-options.ts';
import { startPool } from './start-pool.ts';
import type { UndoList } from './undo.ts';

/** How long files that are in the middle may take when Strata is told to stop. */
const FINISH_WITHIN_MS = 1000;

/** What is known only once Strata listens. */
interface Late {
  port: number;
  membership: Membership | null;
  upkeep: Upkeep | null;
  image: ImageRole | null;
  dicom: DicomService | null;
}

/** What is there before anything can be reached. */
export interface Ground {
  readonly options: StrataOptions;
  /** The address to listen on. */
  readonly address: string;
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly roles: PoolPlace['roles'];
  readonly database: MetadataService;
}

/** @throws StartError; what was started until then is on the list */
export async function startServing(ground: Ground, undo: UndoList): Promise<Started> {
  const { options, address, folder, settings, roles, database } = ground;
  const { data, log } = options;
  const late: Late = { port: 0, membership: null, upkeep: null, image: null, dicom: null };
  const { metadata } = database;
  const boot = randomUUID();
  const pool = await startPool(
    {
      ...{ folder, settings, roles, metadata, boot, restart: options.restart, log },
      ...{ membership: () => late.membership, upkeep: () => late.upkeep },
    },
    undo,
  );
  const { store, disks, client, wireUrl } = pool;
  // Its viewers are told as those of all other servers are, by the changes of the metadata.
  const onStored = (studyUid: string) => late.image?.forgetStudy(studyUid);
  const started = await startGateway({ folder, settings, metadata, store, onStored, log }, undo);
  const { gateway, admission, quarantine, routing } = started;

  const access = new SharedAccess(metadata.shares, log);
  const app = await createApp({
    ...{ roles, gateway, metadata, access, store, admission, quarantine, log },
    incoming: path.join(folder.path, '.incoming'),
    serverId: folder.id,
    servers: () => late.membership?.servers ?? [],
    isHeard: () => !late.membership?.unheardMs,
    restart: restartOf(folder.id, options.restart, client),
    wantedCopies: settings.pool.replicas,
    ...poolAdmin({
      ...{ selfId: folder.id, settings: settings.pool, metadata, store, client },
      ...{ servers: () => late.membership?.servers ?? [], upkeep: () => late.upkeep },
    }),
    readiness: () => readinessOf(database, late.membership, late.dicom),
    port: () => late.port,
    poolPorts: () => portsOf(late.membership?.servers ?? []),
    hurryErrands: () => routing.hurry(),
    destinations: routing.destinations,
    ensureKey: () => started.sharedKey.read(),
    onScheduled: ({ id, attributes }) => {
      routing
        .scheduled(metadata, detailsOfStep(attributes), `worklist item ${id}`)
        .catch((error) =>
          log.warn({ err: error, item: id }, 'no priors will be fetched for a scheduled step'),
        );
    },
  });
  undo.add(() => closeApp(app));
  late.port = await listen(app, address, options.port);
  const url = httpUrl(address, late.port);

  // Before the others hear of this server, so that clients who come find it.
  if (roles.has('image')) {
    const { port } = late;
    const servers = () => late.membership?.servers ?? [];
    late.image = startImage({
      httpServer: app.server,
      store,
      metadata,
      admits: admitsBy(access),
      serverId: folder.id,
      servers,
      port,
      log,
    });
  }
  const membership = await startMembership(
    {
      ...{ folder, settings, roles, metadata, url, log },
      ...{ boot, wireUrl, disks: () => disks?.status() ?? [] },
      waitingBytes: () => late.image?.stats().buffered ?? 0,
      isVisit: options.settings === undefined,
    },
    undo,
  );
  late.membership = membership;
  if (disks && options.settings) {
    const { id: self, path: data } = folder;
    const upkeep = Upkeep.start({
      ...{ self, pool: metadata.pool, disks, client, settings: settings.pool, folder: data, log },
      ...{ servers: () => membership.servers, mayWrite: () => membership.mayWrite },
    });
    late.upkeep = upkeep;
    undo.add(() => upkeep.stop());
    undo.add(membership.onHeartbeat((_, change) => change === 'composition' && upkeep.wake()));
  }
  if (late.image) undo.add(tellOfPool(late.image, membership));
  if (options.settings) {
    const { image } = late;
    const feed = ChangeFeed.start({
      ...{ metadata, log },
      onNews: (news) => spreadNews(news, { image, store, membership }),
      // Asked for again, they come from a standby and say how old they are.
      onBlind: () => image?.worklistChanged(),
    });
    undo.add(() => feed.stop());
  }
  if (roles.has('gateway') && options.settings) {
    late.dicom = await startDicom({ ...started, settings, metadata, data, log }, undo);
  }
  undo.add(async () => {
    const { image, dicom } = late;
    await Promise.all([image?.close('graceful'), dicom?.stop(), admission.close(FINISH_WITHIN_MS)]);
  });

  await writeRunFile(data, {
    ...{ pid: process.pid, url, command: options.command },
    ...(late.dicom?.address && { dicom: late.dicom.address }),
  });
  undo.add(() => removeRunFile(data));
  return { url, dicom: late.dicom };
}
