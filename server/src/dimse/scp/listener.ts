// Listens for associations and limits how many there are.
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { StartError } from '../../config/start-error.ts';
import { TLS_PROFILE } from '../tls-profile.ts';
import type { DimseParts } from './parts.ts';
import { Session } from './session.ts';

/** Connections beyond the associations, which are there to be told that there is no place. */
const CONNECTIONS_BEYOND = 256;
const POLL_MS = 10;

export class DicomListener {
  readonly port: number;
  readonly #server: Server;
  readonly #sessions = new Set<Session>();
  readonly #sockets = new Set<Socket>();
  readonly #parts: DimseParts;
  #associations = 0;
  #stopping = false;

  private constructor(server: Server, parts: DimseParts) {
    this.#server = server;
    this.#parts = parts;
    this.port = (server.address() as AddressInfo).port;
    server.maxConnections = parts.settings.limits.associations + CONNECTIONS_BEYOND;
    server.on('connection', (socket) => this.#keep(socket));
    server.on(parts.settings.tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#open(socket));
    server.on('tlsClientError', (error) => parts.log.info({ err: error }, 'a TLS handshake failed'));
  }

  /**
   * Begins to listen. @param port 0 for any free one
   * @throws StartError 'bad-settings' for certificates that cannot be used, or the system's error (EADDRINUSE, ...)
   */
  static async start(parts: DimseParts, host: string, port: number): Promise<DicomListener> {
    const server = parts.settings.tls ? await tlsServer(parts) : createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new DicomListener(server, parts);
  }

  /** Takes no new associations, lets running requests end within the time, and ends all. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const until = performance.now() + withinMs; this.#sessions.size > 0 && performance.now() < until; ) {
      for (const session of this.#sessions) if (!session.busy) session.abort();
      await sleep(POLL_MS);
    }
    for (const session of this.#sessions) session.abort();
    for (const socket of this.#sockets) socket.destroySoon();
    const late = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, POLL_MS * 10);
    await closed;
    clearTimeout(late);
  }

  /** Every connection, those too that never become an association. */
  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // its session says what became of it
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #open(socket: Socket): void {
    let admitted = false;
    const session = new Session(socket, this.#parts, () => {
      admitted = !this.#stopping && this.#associations < this.#parts.settings.limits.associations;
      if (admitted) this.#associations += 1;
      return admitted;
    });
    this.#sessions.add(session);
    void session.ended.then(() => {
      this.#sessions.delete(session);
      if (admitted) this.#associations -= 1;
    });
  }
}

async function tlsServer({ settings, settingsFolder }: DimseParts): Promise<Server> {
  const { tls, timeouts } = settings;
  if (!tls) throw new Error('there are no TLS settings');
  const load = async (key: string, file: string) => {
    try {
      return await readFile(path.resolve(settingsFolder, file));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError('bad-settings', `The file of dicom.tls.${key} cannot be read: ${why}.`, error);
    }
  };
  const [cert, key] = [await load('certificate', tls.certificate), await load('key', tls.key)];
  const ca = tls.ca === undefined ? undefined : await load('ca', tls.ca);
  const required = tls.clientCertificates === 'required';
  try {
    return createTlsServer({
      ...TLS_PROFILE,
      ...{ cert, key, requestCert: required, rejectUnauthorized: required, noDelay: true },
      ...(ca && { ca }),
      handshakeTimeout: timeouts.artim * 1000,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(
      'bad-settings',
      `The certificate and key of dicom.tls cannot be used: ${why}.`,
      error,
    );
  }
}
