// A real image server in this process: HTTP, the image role, a blob store on disk and a database, with images in them.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Codec, loadCodec } from '@strata/codec/codec';
import { type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { buildFramesBlob } from '@strata/codec/frames-blob';
import { readFrame } from '@strata/dicom/frames';
import { indexedAttributes } from '@strata/dicom/json/indexed-attributes';
import { buildObjectBlob } from '@strata/dicom/object-blob';
import { readPart10 } from '@strata/dicom/part10';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord } from '@strata/metadata/records';
import { BlobStore } from '@strata/store/blob-store';
import { attachImageRole, type ImageRole, type ImageRoleOptions } from '../../server/src/image/image-role.ts';
import { temporaryFolder } from './strata.ts';

/** What image servers of one pool share: blobs and metadata. */
export interface Archive {
  readonly folder: string;
  /** Where other processes find the same blobs and metadata. */
  readonly storeFolder: string;
  readonly databaseUrl: string;
  readonly store: BlobStore;
  readonly metadata: Metadata;
  close(): Promise<void>;
}

/** An empty archive in a temporary folder. */
export async function openArchive(): Promise<Archive> {
  const { folder, remove } = temporaryFolder('stream');
  const database = await EmbeddedPostgres.start({ folder: `${folder}/database` });
  const store = await BlobStore.open(`${folder}/store`);
  const metadata = await Metadata.open(database.url);
  return {
    folder,
    storeFolder: `${folder}/store`,
    databaseUrl: database.url,
    store,
    metadata,
    async close() {
      await metadata.close();
      await store.close();
      await database.stop();
      remove();
    },
  };
}

/** Frames in the archive as a test knows them. */
export interface KnownFrame {
  readonly blob: string;
  readonly frame: number;
  readonly series: string;
  readonly study: string;
  readonly format: FrameFormat;
  readonly pixels: Pixels;
}

const codecs: Promise<Codec>[] = [];

/** The one codec of the tests of this process. */
export function testCodec(): Promise<Codec> {
  codecs[0] ??= loadCodec();
  return codecs[0];
}

/** Takes real files into the archive the short way. @returns their frames in order */
export async function addFiles(archive: Archive, files: string[]): Promise<KnownFrame[]> {
  const frames: KnownFrame[] = [];
  for (const path of files) {
    const bytes = readFileSync(path);
    const file = readPart10(bytes);
    const { attributes } = file;
    const count = file.pixels?.frames ?? 0;
    const decoded = Array.from({ length: count }, (_, index) => readFrame(file, index));
    const added = await putFrames(
      archive,
      decoded.map(({ pixels, format }) => ({ pixels, format })),
    );
    const object = await archive.store.put(buildObjectBlob(file).parts);
    const { patient, study, series, instance } = attributes;
    const record: InstanceRecord = {
      ...{ patient, study, series, transferSyntaxUid: file.transferSyntaxUid },
      instance: { ...instance, presentation: { ...instance.presentation } as never },
      attributes: indexedAttributes(file.dataSet),
      file: { digest: sha256(bytes).toString('hex'), length: bytes.length },
      objectBlob: { digest: object.digest, length: object.length },
      framesBlob: added.blob,
      frameIndex: added.index,
      frameDigests: added.digests,
      format: decoded[0]?.format ?? null,
    };
    const [outcome] = await archive.metadata.commit([record]);
    if (outcome !== 'stored') throw new Error(`${path} was not stored: ${outcome}`);
    const where = { blob: added.blob.digest, study: study.uid, series: series.uid };
    decoded.forEach(({ pixels, format }, frame) => void frames.push({ ...where, frame, format, pixels }));
  }
  return frames;
}

/** Codes frames and puts their blob, without metadata. */
export async function putFrames(archive: Archive, frames: { pixels: Pixels; format: FrameFormat }[]) {
  const codec = await testCodec();
  const digests = frames.map(({ pixels }) => sha256(pixelBytes(pixels)));
  const codestreams = frames.map(({ pixels, format }, i) =>
    codec.encode(pixels, format, { digest: digests[i] as Buffer }),
  );
  const { parts, index } = buildFramesBlob(codestreams);
  const { digest, length } = await archive.store.put(parts);
  return { blob: { digest, length }, index, digests: Buffer.concat(digests) };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

type ServerParts = Pick<ImageRoleOptions, 'store' | 'metadata'> &
  Partial<Pick<ImageRoleOptions, 'timing' | 'admits' | 'pool'>>;

/** An image server on a loopback port that can be killed and started again there. */
export class ImageServer {
  port = 0;
  readonly log: { level: string; fields: object; message: string }[] = [];
  readonly #options: ServerParts;
  readonly #id: string;
  #http: Server | null = null;
  #role: ImageRole | null = null;
  readonly #sockets = new Set<Socket>();

  private constructor(options: ServerParts, id: string) {
    this.#options = options;
    this.#id = id;
  }

  static async start(options: ServerParts, id = 'one'): Promise<ImageServer> {
    const server = new ImageServer(options, id);
    await server.start();
    return server;
  }

  /** The address to connect to. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}/stream`;
  }

  get role(): ImageRole {
    if (!this.#role) throw new Error('The server is not running.');
    return this.#role;
  }

  /** Starts it, on the port that it had before if any. */
  async start(): Promise<void> {
    const http = createServer((_, response) => response.writeHead(404).end());
    http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    http.listen(this.port, '127.0.0.1');
    await once(http, 'listening');
    this.port = (http.address() as AddressInfo).port;
    const note = (level: string) => (fields: object, message: string) => {
      this.log.push({ level, fields, message });
    };
    this.#http = http;
    this.#role = attachImageRole({
      pool: [],
      ...this.#options,
      httpServer: http,
      serverId: this.#id,
      log: { debug: note('debug'), info: note('info'), warn: note('warn') },
      originAllowed: (origin) => origin === undefined,
    });
  }

  /** As a kill does it: every connection breaks at once, the port is closed. */
  async kill(): Promise<void> {
    const http = this.#http;
    if (!http) return;
    this.#http = null;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    http.close();
    await once(http, 'close');
    await this.#role?.close('now');
  }
}
