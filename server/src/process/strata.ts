// One Strata process: lock, database, store, gateway, image server and pages, started in order and stopped in reverse.
import { totalmem } from 'node:os';
import path from 'node:path';
import { BlobStore } from '@strata/store/blob-store';
import type { FastifyInstance } from 'fastify';
import { type DataFolder, openDataFolder } from '../config/data-folder.ts';
import { deidentifyKeyFile } from '../config/deidentify-key.ts';
import type { Logger } from '../config/log.ts';
import { httpUrl, loopbackAddress, originAllowed } from '../config/loopback.ts';
import { removeRunFile, writeRunFile } from '../config/run-file.ts';
import { readSettings, type Settings } from '../config/settings/settings.ts';
import { commitmentFolder, DicomService, spoolFolder } from '../dimse/dicom-service.ts';
import { Admission } from '../gateway/admission.ts';
import { CodingPool } from '../gateway/coding-pool.ts';
import { CommitQueue } from '../gateway/commit-queue.ts';
import { DeidentifyRules } from '../gateway/deidentify-rules.ts';
import { Gateway } from '../gateway/gateway.ts';
import { Quarantine } from '../gateway/quarantine.ts';
import { isMetadataAway } from '../gateway/refusal.ts';
import { createApp } from '../http/app.ts';
import { closeApp, listen } from '../http/listening.ts';
import { attachImageRole, type ImageRole } from '../image/image-role.ts';
import { Routing } from '../routing/routing.ts';
import { detailsOfStep } from '../routing/scheduled-step.ts';
import { lockDataFolder } from './lock-data-folder.ts';
import { MetadataService } from './metadata-service.ts';
import { startRouting } from './start-routing.ts';

export interface StrataOptions {
  /** Absolute path of the data folder. */
  readonly data: string;
  /** The host as the user gave it; anything but loopback is refused. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The command that runs it, for run.json. */
  readonly command: string;
  /**
   * What the site has decided. Absent for a command that runs Strata for itself: the rules of the data folder's own settings
   * hold then, but there is no DICOM listener, and what the rules ask for is done when Strata is started.
   */
  readonly settings?: Settings;
  readonly log: Logger;
}

/** Files in memory at once, and their bytes together; coding a file takes about four times its size. */
const MAX_FILES_IN_FLIGHT = 64;
const MAX_BYTES_IN_FLIGHT = Math.min(2 ** 30, Math.floor(totalmem() / 16));
/** How long a file waits for a database that is away: longer than its restart takes. */
const METADATA_PATIENCE_MS = 10_000;
/** How long files that are in the middle may take when Strata is told to stop. */
const FINISH_WITHIN_MS = 1000;
/** Memory for images that still come over DICOM, before they are admitted; beyond it they go to disk. */
const RECEIVING_BYTES = Math.min(2 ** 28, Math.floor(totalmem() / 32));

/** Undoes one step of the start. */
type Undo = () => Promise<void> | void;

interface Started {
  readonly url: string;
  readonly dicom: DicomService | null;
}

/** A running Strata. */
export class Strata {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The DICOM side; null without settings. */
  readonly dicom: DicomService | null;
  readonly #undo: Undo[];
  #stopped: Promise<void> | null = null;

  private constructor({ url, dicom }: Started, undo: Undo[]) {
    this.url = url;
    this.dicom = dicom;
    this.#undo = undo;
  }

  /**
   * Starts everything on the data folder; when it returns, requests are answered.
   * @throws StartError, with everything undone that was started
   */
  static async start(options: StrataOptions): Promise<Strata> {
    const undo: Undo[] = [];
    try {
      return new Strata(await startAll(options, undo), undo);
    } catch (error) {
      await undoAll(undo);
      throw error;
    }
  }

  /** Stops in reverse order: no new requests, running ones finish or are refused, then the database. Never throws. */
  stop(): Promise<void> {
    this.#stopped ??= undoAll(this.#undo);
    return this.#stopped;
  }
}

async function undoAll(undo: Undo[]): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      process.stderr.write(`strata: while stopping: ${error instanceof Error ? error.message : error}\n`);
    }
  }
}

async function startAll(options: StrataOptions, undo: Undo[]): Promise<Started> {
  const { log } = options;
  const address = loopbackAddress(options.host);
  const lock = await lockDataFolder(options.data);
  undo.push(() => lock.release());
  const folder = await openDataFolder(options.data);

  const database = await MetadataService.start(folder, log);
  undo.push(() => database.stop());
  const store = await BlobStore.open(folder.store);
  undo.push(() => store.close());
  const coding = new CodingPool((error) =>
    log.warn({ code: error.code, err: error }, 'a coding worker was replaced'),
  );
  undo.push(() => coding.close());
  const admission = new Admission(MAX_FILES_IN_FLIGHT, MAX_BYTES_IN_FLIGHT);
  const { metadata } = database;
  // Known once Strata listens.
  const late: { port: number; image: ImageRole | null; dicom: DicomService | null } = {
    ...{ port: 0, image: null, dicom: null },
  };
  const patience = { isAway: isMetadataAway, patienceMs: METADATA_PATIENCE_MS };
  const settings = options.settings ?? (await readSettings(options.data, null));
  const routing = new Routing(settings);
  const deidentify = await DeidentifyRules.open(settings, deidentifyKeyFile(options.data));
  const commits = new CommitQueue(metadata, patience, (studyUid) => {
    late.image?.studyChanged(studyUid);
    routing.wake();
  });
  const quarantine = new Quarantine(folder.quarantine);
  const gateway = new Gateway({
    ...{ store, metadata, commits, patience, coding, quarantine, deidentify, log },
    errandsOf: (record, source) => routing.errandsOf(record, source),
  });

  const app = await createApp({
    ...{ gateway, metadata, store, admission, quarantine, log },
    incoming: path.join(folder.path, '.incoming'),
    serverId: folder.id,
    readiness: async () => {
      const { ready, missing } = await database.readiness();
      return { ready, missing: [...missing, ...(late.dicom?.missing ? [late.dicom.missing] : [])] };
    },
    port: () => late.port,
    hurryErrands: () => routing.hurry(),
    onScheduled: ({ id, attributes }) => {
      routing
        .scheduled(metadata, detailsOfStep(attributes), `worklist item ${id}`)
        .catch((error) =>
          log.warn({ err: error, item: id }, 'no priors will be fetched for a scheduled step'),
        );
    },
  });
  undo.push(() => closeApp(app));
  late.port = await listen(app, address, options.port);
  const url = httpUrl(address, late.port);
  const image = imageRole(app, { folder, store, metadata, log, url });
  late.image = image;
  const dicom =
    options.settings &&
    (await DicomService.start({
      ...{ gateway, metadata, admission, log },
      settings: options.settings.dicom,
      settingsFolder: options.settings.folder,
      spool: spoolFolder(options.data),
      commitmentFolder: commitmentFolder(options.data),
      receivingBytes: RECEIVING_BYTES,
    }));
  late.dicom = dicom ?? null;
  if (options.settings) {
    const spool = spoolFolder(options.data);
    startRouting(routing, {
      ...{ settings: options.settings, gateway, metadata, admission, deidentify, spool, log },
    });
    undo.push(() => routing.stop());
  }
  undo.push(async () => {
    await Promise.all([image.close('graceful'), dicom?.stop(), admission.close(FINISH_WITHIN_MS)]);
  });

  await writeRunFile(options.data, {
    ...{ pid: process.pid, url, command: options.command },
    ...(dicom?.address && { dicom: dicom.address }),
  });
  undo.push(() => removeRunFile(options.data));
  return { url, dicom: late.dicom };
}

function imageRole(
  app: FastifyInstance,
  {
    folder,
    store,
    metadata,
    log,
    url,
  }: {
    folder: DataFolder;
    store: BlobStore;
    metadata: MetadataService['metadata'];
    log: Logger;
    url: string;
  },
): ImageRole {
  const { port } = new URL(url);
  return attachImageRole({
    httpServer: app.server,
    store,
    metadata,
    serverId: folder.id,
    pool: [{ id: folder.id, name: 'Strata', endpoints: [`${url.replace('http', 'ws')}/stream`], load: 0 }],
    log,
    originAllowed: (origin) => originAllowed(origin, Number(port)),
  });
}
