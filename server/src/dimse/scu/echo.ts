// Verification: whether a peer answers (PS3.4 annex A).
import type { PeerSettings } from '../../config/settings/dicom-section.ts';
import { CommandField } from '../messages/command.ts';
import { IDENTIFIER_SYNTAXES } from '../transfer-syntaxes.ts';
import { SopClass } from '../uids.ts';
import { AssociationError } from '../upper-layer/association-error.ts';
import { type Calling, connect } from './connection.ts';

/** @returns the status of the answer @throws AssociationError */
export async function echo(peer: PeerSettings, calling: Calling): Promise<number> {
  const { verification } = SopClass;
  const connection = await connect(peer, calling, [
    { abstractSyntax: verification, transferSyntaxes: IDENTIFIER_SYNTAXES },
  ]);
  const context = connection.context(verification);
  if (!context) {
    await connection.release();
    throw new AssociationError('rejected', `${peer.aeTitle} does not offer Verification.`);
  }
  const { status } = await connection.messages.request(context, {
    commandField: CommandField.cEcho,
    affectedSopClassUid: verification,
  });
  await connection.release();
  return status;
}
