// The DICOM network side of a running Strata: starts with the process, stops within a bound.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { loopbackAddress } from '../config/loopback.ts';
import { DEFAULT_DICOM_PORT, type DicomSettings } from '../config/settings/dicom-section.ts';
import { StartError, systemCode } from '../config/start-error.ts';
import { CommitmentBook } from './scp/commitment-book.ts';
import { Commitments } from './scp/commitments.ts';
import { DicomListener } from './scp/listener.ts';
import { MemoryBudget } from './scp/memory-budget.ts';
import type { DimseParts } from './scp/parts.ts';

export interface DicomServiceOptions extends Omit<DimseParts, 'receiving' | 'settings' | 'commitments'> {
  readonly settings: DicomSettings;
  /** Folder for images that are still coming and too large for memory. */
  readonly spool: string;
  /** Folder of the promises that storage commitment makes. */
  readonly commitmentFolder: string;
  /** Bytes of memory for images that are still coming, of all associations together. */
  readonly receivingBytes: number;
}

/** How long requests that are being served may take when Strata stops. */
const FINISH_WITHIN_MS = 1000;

export class DicomService {
  /** Where peers reach it: `AETITLE@host:port`, or null when the default port was taken. */
  readonly address: string | null;
  /** What is not there, in words; null when it listens. */
  readonly missing: string | null;
  readonly port: number | null;
  readonly #listener: DicomListener | null;

  readonly #commitments: Commitments;

  private constructor(
    address: string | null,
    missing: string | null,
    listener: DicomListener | null,
    commitments: Commitments,
  ) {
    this.#commitments = commitments;
    this.address = address;
    this.missing = missing;
    this.#listener = listener;
    this.port = listener?.port ?? null;
  }

  /** Begins to listen. @throws StartError 'port-busy' for a port that was asked for, 'not-loopback', 'bad-settings' */
  static async start(options: DicomServiceOptions): Promise<DicomService> {
    const { spool, commitmentFolder, receivingBytes, ...parts } = options;
    await rm(spool, { recursive: true, force: true });
    await mkdir(spool, { recursive: true, mode: 0o700 });
    const settings = { ...parts.settings, ...accessOf(parts.settings) };
    const { host, aeTitle } = settings;
    const port = settings.port ?? DEFAULT_DICOM_PORT;
    const receiving = { spool, budget: new MemoryBudget(receivingBytes) };
    const commitments = new Commitments({
      ...{ gateway: parts.gateway, metadata: parts.metadata, log: parts.log, peers: settings.peers },
      book: new CommitmentBook(commitmentFolder),
      calling: { settings, settingsFolder: parts.settingsFolder },
    });
    await commitments.start();
    try {
      const listener = await DicomListener.start({ ...parts, settings, receiving, commitments }, host, port);
      const place = host.includes(':') ? `[${host}]` : host;
      return new DicomService(`${aeTitle}@${place}:${listener.port}`, null, listener, commitments);
    } catch (error) {
      const message = busyText(error, port);
      if (message === null || settings.port !== undefined) await commitments.stop();
      if (message === null) throw error;
      if (settings.port !== undefined) throw new StartError('port-busy', message, error);
      parts.log.warn(message);
      return new DicomService(null, message, null, commitments);
    }
  }

  async stop(): Promise<void> {
    await this.#listener?.stop(FINISH_WITHIN_MS);
    await this.#commitments.stop();
  }
}

/** Who may come in: beyond this machine only over TLS, unless that was decided otherwise, and only peers that are known. */
function accessOf(settings: DicomSettings): Pick<DicomSettings, 'host' | 'acceptUnknownCalling'> {
  const local = isLoopback(settings.host);
  if (!local && !settings.tls && !settings.allowPlain) {
    throw new StartError(
      'not-loopback',
      `The DICOM listener does not listen on ${settings.host} without TLS: anyone on the way could read and change every image. ` +
        'Give dicom.tls in the settings, or decide for it with dicom.allowPlain.',
    );
  }
  return {
    host: local ? loopbackAddress(settings.host) : settings.host,
    acceptUnknownCalling: settings.acceptUnknownCalling ?? local,
  };
}

function isLoopback(host: string): boolean {
  try {
    loopbackAddress(host);
    return true;
  } catch {
    return false;
  }
}

function busyText(error: unknown, port: number): string | null {
  const code = systemCode(error);
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return null;
  const why = code === 'EACCES' ? 'may not be used by this user' : 'is used by another program';
  return `DICOM port ${port} ${why}: give another one with --dicom-port (0 takes any free one).`;
}

/** The folder of what was promised to peers. */
export function commitmentFolder(data: string): string {
  return path.join(data, 'commitments');
}

/** The folder for images that are still coming. */
export function spoolFolder(data: string): string {
  return path.join(data, 'spool');
}
