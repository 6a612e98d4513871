// Opens an association with a peer.
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { IMPLEMENTATION_CLASS, IMPLEMENTATION_VERSION } from '@strata/dicom/writing/part10-writer';
import type { DicomSettings, PeerSettings } from '../../config/settings/dicom-section.ts';
import { Messages } from '../messages/messages.ts';
import { TLS_PROFILE } from '../tls-profile.ts';
import { AssociationError } from '../upper-layer/association-error.ts';
import { type AgreedContext, agreedByAnswer } from '../upper-layer/negotiate.ts';
import { APPLICATION_CONTEXT, type AssociateRequest, type RoleSelection } from '../upper-layer/pdu.ts';
import { UpperLayer } from '../upper-layer/upper-layer.ts';

/** Who calls: Strata's own AE title, its limits and its patience. */
export interface Calling {
  readonly settings: Pick<DicomSettings, 'aeTitle' | 'limits' | 'timeouts' | 'tls'>;
  /** Folder that the files of the settings are relative to. */
  readonly settingsFolder: string;
}

/** What is proposed under one SOP class; the peer takes one of the transfer syntaxes. */
export interface Proposal {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** Most contexts of an association: odd numbers up to 255. */
export const MAX_PROPOSALS = 128;

/** An association that the peer has accepted; it may have accepted none of its contexts. */
export class Connection {
  readonly messages: Messages;

  constructor(messages: Messages) {
    this.messages = messages;
  }

  /** The context of a SOP class, or null when the peer did not accept one. */
  context(abstractSyntax: string, transferSyntax?: string): AgreedContext | null {
    for (const context of this.messages.contexts.values()) {
      if (context.abstractSyntax !== abstractSyntax) continue;
      if (transferSyntax === undefined || context.transferSyntax === transferSyntax) return context;
    }
    return null;
  }

  /** Ends the association in order. */
  release(): Promise<void> {
    return this.messages.layer.release();
  }

  abort(): void {
    this.messages.layer.abort();
  }
}

/**
 * @param roles asked for beside that of SCU
 * @throws AssociationError 'unreachable', 'rejected', 'aborted', 'lost', 'silent'
 */
export async function connect(
  peer: PeerSettings,
  calling: Calling,
  proposals: readonly Proposal[],
  roles: readonly RoleSelection[] = [],
): Promise<Connection> {
  const { settings } = calling;
  const { limits, timeouts } = settings;
  const socket = await open(peer, calling);
  const layer = new UpperLayer(socket, 'requestor', {
    maxPduBytes: limits.pduBytes,
    artimMs: timeouts.connect * 1000,
  });
  const request: AssociateRequest = {
    type: 'associate-request',
    protocolVersion: 1,
    calledAe: peer.aeTitle,
    callingAe: settings.aeTitle,
    applicationContext: APPLICATION_CONTEXT,
    contexts: proposals.map((proposal, index) => ({ id: 2 * index + 1, ...proposal })),
    user: {
      maxPduBytes: limits.pduBytes,
      implementationClass: IMPLEMENTATION_CLASS,
      implementationVersion: IMPLEMENTATION_VERSION,
      roles,
      extended: [],
    },
  };
  try {
    const answer = await layer.request(request);
    const messages = new Messages(layer, agreedByAnswer(request, answer), {
      identifierBytes: limits.identifierBytes,
      messageMs: timeouts.message * 1000,
      idleMs: timeouts.idle * 1000,
      responseMs: timeouts.response * 1000,
    });
    return new Connection(messages);
  } catch (error) {
    if (!(error instanceof AssociationError)) throw error;
    throw new AssociationError(error.code, `${nameOf(peer)}: ${error.message}`, error);
  }
}

function nameOf({ aeTitle, host, port }: PeerSettings): string {
  return `${aeTitle} at ${host}:${port}`;
}

async function open(peer: PeerSettings, calling: Calling): Promise<Socket> {
  const { host, port } = peer;
  const { timeouts } = calling.settings;
  const socket = peer.tls === false ? connectTcp({ host, port }) : await tlsTo(peer, calling);
  const ready = peer.tls === false ? 'connect' : 'secureConnect';
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      reject(new AssociationError('unreachable', `${nameOf(peer)} cannot be reached: ${why}.`, cause));
    };
    const late = setTimeout(() => fail(`no answer within ${timeouts.connect} s`), timeouts.connect * 1000);
    const failed = (error: Error) => {
      clearTimeout(late);
      fail(error.message, error);
    };
    socket.once('error', failed);
    socket.once(ready, () => {
      clearTimeout(late);
      socket.off('error', failed);
      resolve(socket);
    });
  });
}

/** Shows our certificate to peers that ask for one. */
async function tlsTo(peer: PeerSettings, { settings, settingsFolder }: Calling): Promise<Socket> {
  const { ca, serverName } = peer.tls === true || peer.tls === false ? {} : peer.tls;
  const read = async (file: string | undefined) =>
    file === undefined ? undefined : readFile(path.resolve(settingsFolder, file));
  const [authorities, cert, key] = await Promise.all([
    read(ca),
    read(settings.tls?.certificate),
    read(settings.tls?.key),
  ]).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new AssociationError(
      'unreachable',
      `${nameOf(peer)}: its TLS files cannot be read: ${why}.`,
      error,
    );
  });
  return connectTls({
    ...TLS_PROFILE,
    ...{ host: peer.host, port: peer.port, servername: serverName ?? peer.host },
    ...(authorities && { ca: authorities }),
    ...(cert && key && { cert, key }),
  });
}
