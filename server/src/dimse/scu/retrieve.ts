// Has a peer's archive send instances: C-MOVE to an AE, C-GET on the same association (PS3.4 annex C).
import type { DicomJson } from '@strata/dicom/json/types';
import type { PeerSettings } from '../../config/settings/dicom-section.ts';
import { writeIdentifier } from '../identifier.ts';
import { CommandField, responseTo } from '../messages/command.ts';
import type { DataSink } from '../messages/data-sink.ts';
import type { Request, Response } from '../messages/messages.ts';
import { Status } from '../messages/status.ts';
import { IDENTIFIER_SYNTAXES, STORAGE_SYNTAXES } from '../transfer-syntaxes.ts';
import { SopClass } from '../uids.ts';
import { AssociationError } from '../upper-layer/association-error.ts';
import type { AgreedContext } from '../upper-layer/negotiate.ts';
import { type Calling, type Connection, connect, MAX_PROPOSALS } from './connection.ts';

/** How a retrieval went, as the peer counts it. */
export interface RetrieveReport {
  readonly status: number;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
  readonly comment: string;
}

/**
 * @param destination AE title that the peer knows; it sends there
 * @param keys unique keys and QueryRetrieveLevel, study root
 * @throws AssociationError
 */
export async function move(
  peer: PeerSettings,
  calling: Calling,
  destination: string,
  keys: DicomJson,
): Promise<RetrieveReport> {
  const abstractSyntax = SopClass.studyRootMove;
  const connection = await connect(peer, calling, [
    { abstractSyntax, transferSyntaxes: IDENTIFIER_SYNTAXES },
  ]);
  try {
    const context = contextOf(connection, abstractSyntax, peer);
    const identifier = writeIdentifier(keys, context.transferSyntax);
    const command = {
      commandField: CommandField.cMove,
      affectedSopClassUid: abstractSyntax,
      moveDestination: destination,
      priority: 0,
    };
    return reportOf(await connection.messages.request(context, command, identifier));
  } finally {
    await connection.release();
  }
}

/** Takes what a C-GET brings. */
export interface Receiver {
  sinkFor(command: Request['command'], context: AgreedContext): DataSink;
  /** The status to answer with. */
  take(request: Request): Promise<{ status: number; errorComment?: string }>;
}

/**
 * @param sopClasses of the instances that are expected; at most 127
 * @param keys unique keys and QueryRetrieveLevel, study root
 * @throws AssociationError
 */
export async function get(
  peer: PeerSettings,
  calling: Calling,
  sopClasses: readonly string[],
  keys: DicomJson,
  receiver: Receiver,
): Promise<RetrieveReport> {
  const abstractSyntax = SopClass.studyRootGet;
  const classes = sopClasses.slice(0, MAX_PROPOSALS - 1);
  const connection = await connect(
    peer,
    calling,
    [
      { abstractSyntax, transferSyntaxes: IDENTIFIER_SYNTAXES },
      ...classes.map((uid) => ({ abstractSyntax: uid, transferSyntaxes: STORAGE_SYNTAXES })),
    ],
    classes.map((sopClass) => ({ sopClass, scu: false, scp: true })),
  );
  const { messages } = connection;
  messages.sinkFor = (command, context) =>
    command.commandField === CommandField.cStore ? receiver.sinkFor(command, context) : null;
  messages.onRequest = async (request) => {
    const { status, errorComment } = await receiver.take(request);
    await messages.send(request.context, responseTo(request.command, status, { errorComment }));
  };
  try {
    const context = contextOf(connection, abstractSyntax, peer);
    const identifier = writeIdentifier(keys, context.transferSyntax);
    const command = { commandField: CommandField.cGet, affectedSopClassUid: abstractSyntax, priority: 0 };
    return reportOf(await messages.request(context, command, identifier));
  } finally {
    await connection.release();
  }
}

function contextOf(connection: Connection, abstractSyntax: string, peer: PeerSettings): AgreedContext {
  const context = connection.context(abstractSyntax);
  if (context) return context;
  throw new AssociationError('rejected', `${peer.aeTitle} does not serve this kind of retrieval.`);
}

function reportOf({ status, command }: Response): RetrieveReport {
  const { completed = 0, failed = 0, warning = 0, errorComment = '' } = command;
  return { status: status ?? Status.processingFailure, completed, failed, warning, comment: errorComment };
}
