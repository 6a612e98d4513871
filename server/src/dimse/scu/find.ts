// Asks a peer's archive or worklist by C-FIND (PS3.4 annexes C and K).
import type { DicomJson } from '@strata/dicom/json/types';
import type { PeerSettings } from '../../config/settings/dicom-section.ts';
import { readIdentifier, writeIdentifier } from '../identifier.ts';
import { CommandField } from '../messages/command.ts';
import { Status, statusText } from '../messages/status.ts';
import { IDENTIFIER_SYNTAXES } from '../transfer-syntaxes.ts';
import { SopClass } from '../uids.ts';
import { AssociationError } from '../upper-layer/association-error.ts';
import { type Calling, connect } from './connection.ts';

const models = {
  patient: SopClass.patientRootFind,
  study: SopClass.studyRootFind,
  worklist: SopClass.worklistFind,
} as const;

/**
 * The matches of a peer, at most `limit`: beyond it the query is cancelled.
 * @param keys matching keys with their values, and QueryRetrieveLevel where the model has levels
 * @throws AssociationError; 'rejected' too for a peer that refuses the query, with its comment
 */
export async function find(
  peer: PeerSettings,
  calling: Calling,
  model: keyof typeof models,
  keys: DicomJson,
  limit: number,
): Promise<DicomJson[]> {
  const abstractSyntax = models[model];
  const connection = await connect(peer, calling, [
    { abstractSyntax, transferSyntaxes: IDENTIFIER_SYNTAXES },
  ]);
  const context = connection.context(abstractSyntax);
  const matches: DicomJson[] = [];
  try {
    if (!context)
      throw new AssociationError('rejected', `${peer.aeTitle} does not serve this kind of query.`);
    const identifier = writeIdentifier(keys, context.transferSyntax);
    const request = { commandField: CommandField.cFind, affectedSopClassUid: abstractSyntax, priority: 0 };
    const { status, command } = await connection.messages.request(context, request, identifier, (match) => {
      if (matches.length < limit) matches.push(readIdentifier(match.dataSet, context.transferSyntax));
      else void connection.messages.cancel(context).catch(() => undefined); // then the association is over
    });
    if (status !== Status.success && status !== Status.cancel) {
      const comment = command.errorComment ? `: ${command.errorComment}` : '';
      throw new AssociationError('rejected', `${peer.aeTitle} answered ${statusText(status)}${comment}.`);
    }
    return matches;
  } finally {
    await connection.release();
  }
}
