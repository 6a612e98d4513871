// The image role: takes WebSocket connections on /stream of an HTTP server, and keeps count of them.
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Metadata } from '@strata/metadata/metadata';
import { MAX_CLIENT_MESSAGE } from '@strata/protocol/limits';
import type { Server } from '@strata/protocol/messages';
import { WebSocketServer } from 'ws';
import { type BlobReader, FramesBlobs } from './frames-blobs.ts';
import { type ImageTiming, MAX_CONNECTIONS, TIMING } from './limits.ts';
import { Manifests } from './manifests.ts';
import { Paced } from './paced.ts';
import { Session } from './session.ts';
import type { Counters, ImageLog, SessionParts } from './session-parts.ts';
import { Turns } from './turns.ts';

const STREAM_PATH = '/stream';

export interface ImageRoleOptions {
  readonly httpServer: HttpServer;
  readonly store: BlobReader;
  readonly metadata: Pick<Metadata, 'find' | 'study' | 'series' | 'worklist'>;
  readonly serverId: string;
  /** All servers, this one among them. */
  readonly pool: readonly Server[];
  /** Whether a client with this hello, and the token in it, may come in, and to what; everyone to all when it is left out. */
  readonly admits?: SessionParts['admits'];
  readonly log: ImageLog;
  /** Whether a page of this origin (undefined: not a page) may connect. */
  readonly originAllowed: (origin: string | undefined) => boolean;
  /** Times that differ from the usual ones. */
  readonly timing?: Partial<ImageTiming>;
}

interface ImageRoleStats extends Counters {
  readonly connections: number;
  readonly openRequests: number;
  /** Bytes of answers that wait in memory for slow clients. */
  readonly buffered: number;
}

export interface ImageRole {
  /**
   * Takes no more connections and ends those there are; 'graceful' lets running requests finish (about 1.2 s at most)
   * after telling clients to go elsewhere. The HTTP server stays open. Never rejects.
   */
  close(how: 'graceful' | 'now'): Promise<void>;
  stats(): ImageRoleStats;
  /** To be called when instances were added to a study here: whoever asks from now on sees them. */
  forgetStudy(studyUid: string): void;
  /** To be called when a study has changed, wherever: clients are told, at once or within a moment. */
  studyChanged(studyUid: string): void;
  /** To be called when there are other studies, or others of a study: clients that show a worklist are told. */
  worklistChanged(): void;
  /** To be called when it is not known what has changed. */
  everythingChanged(): void;
  /** To be called with all servers, this one among them, when one came or left or its load or address changed. */
  poolChanged(pool: readonly Server[]): void;
}

/** Serves images on `/stream` of the HTTP server. Other upgrades are refused with 404. */
export function attachImageRole(options: ImageRoleOptions): ImageRole {
  const { httpServer, store, metadata, serverId, log, originAllowed } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_MESSAGE,
    clientTracking: false,
  });
  const sessions = new Set<Session>();
  const counters: Counters = { requests: 0, failures: 0, levels: 0, bytes: 0, reports: 0, violations: 0 };
  const manifests = new Manifests(metadata, (studyUid) => studyNews.want(studyUid));
  const timing = { ...TIMING, ...options.timing };
  const parts: SessionParts = {
    ...{ timing, manifests, metadata, serverId, log, counters },
    blobs: new FramesBlobs(store),
    turns: new Turns(),
    pool: options.pool,
    admits: options.admits ?? (() => true),
  };
  let emptied: () => void = () => {};
  const studyNews = new Paced(timing.studyNews, (study) => {
    for (const session of sessions) session.tellChanged(study);
  });
  const worklistNews = new Paced(timing.worklistNews, () => {
    for (const session of sessions) session.tellWorklistChanged();
  });

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = request.url?.split('?', 1)[0];
    if (path !== STREAM_PATH) return refuse(socket, '404 Not Found');
    if (!originAllowed(request.headers.origin)) return refuse(socket, '403 Forbidden');
    if (sessions.size >= MAX_CONNECTIONS) return refuse(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      sessions.add(
        new Session(webSocket, socket, parts, (session) => {
          sessions.delete(session);
          if (sessions.size === 0) emptied();
        }),
      );
    });
  };
  httpServer.on('upgrade', onUpgrade);

  const purge = setInterval(() => {
    const now = performance.now();
    for (const session of sessions) {
      if (now - session.lastHeard > timing.silence) session.terminate();
      else if (session.openRequests === 0 && now - session.lastBusy > timing.idle) {
        session.leave('idle');
        session.close(1000, 'idle');
      } else session.checkScope();
    }
  }, timing.purge);
  purge.unref();

  async function close(how: 'graceful' | 'now'): Promise<void> {
    clearInterval(purge);
    manifests.close();
    studyNews.close();
    worklistNews.close();
    httpServer.off('upgrade', onUpgrade);
    httpServer.on('upgrade', (_: IncomingMessage, socket: Duplex) =>
      refuse(socket, '503 Service Unavailable'),
    );
    if (how === 'graceful') {
      for (const session of sessions) session.leave('restart');
      await until(() => [...sessions].every((session) => session.openRequests === 0), timing.leave);
    }
    for (const session of [...sessions]) session.close(1001, 'the server stops');
    await Promise.race([
      new Promise<void>((resolve) => {
        emptied = resolve;
        if (sessions.size === 0) resolve();
      }),
      sleep(300),
    ]);
    for (const session of [...sessions]) session.terminate();
    sockets.close();
  }

  return {
    close,
    forgetStudy: (studyUid) => manifests.forget(studyUid),
    studyChanged(studyUid) {
      manifests.forget(studyUid);
      studyNews.want(studyUid);
    },
    worklistChanged: () => worklistNews.want(''),
    everythingChanged() {
      manifests.forgetAll();
      for (const session of sessions) session.tellAllChanged();
      worklistNews.want('');
    },
    poolChanged(pool) {
      parts.pool = pool;
      for (const session of sessions) session.tellPool();
    },
    stats: () => ({
      ...counters,
      connections: sessions.size,
      openRequests: sum(sessions, (session) => session.openRequests),
      buffered: sum(sessions, (session) => session.buffered),
    }),
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {}); // gone before the answer: nothing to tell
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function until(isSo: () => boolean, within: number): Promise<void> {
  for (const end = performance.now() + within; !isSo() && performance.now() < end; ) await sleep(10);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function sum<T>(items: Iterable<T>, value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}
