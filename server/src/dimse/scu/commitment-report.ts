// Tells a peer what is safely stored: N-EVENT-REPORT of storage commitment (PS3.4 section J.3.3).
import type { DicomJson } from '@strata/dicom/json/types';
import type { PeerSettings } from '../../config/settings/dicom-section.ts';
import { Key, writeIdentifier } from '../identifier.ts';
import { CommandField } from '../messages/command.ts';
import type { Messages } from '../messages/messages.ts';
import { Status, statusText } from '../messages/status.ts';
import { IDENTIFIER_SYNTAXES } from '../transfer-syntaxes.ts';
import { COMMITMENT_INSTANCE, SopClass } from '../uids.ts';
import type { AgreedContext } from '../upper-layer/negotiate.ts';
import { type Calling, connect } from './connection.ts';

interface Reference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** What is committed, and what is not with the reason (PS3.3 section C.14.1.1). */
export interface CommitmentResult {
  readonly transactionUid: string;
  readonly kept: readonly Reference[];
  readonly failed: readonly (Reference & { readonly reason: number })[];
}

/** Event types of table J.3-2. */
const SUCCESS = 1;
const FAILURES_EXIST = 2;

/** Calls the peer for it. @returns why it was not heard, or null @throws AssociationError, the file system's error */
export async function reportCommitment(
  peer: PeerSettings,
  calling: Calling,
  result: CommitmentResult,
): Promise<string | null> {
  const abstractSyntax = SopClass.storageCommitment;
  const connection = await connect(
    peer,
    calling,
    [{ abstractSyntax, transferSyntaxes: IDENTIFIER_SYNTAXES }],
    [{ sopClass: abstractSyntax, scu: false, scp: true }],
  );
  try {
    const context = connection.context(abstractSyntax);
    if (!context) return 'it does not take reports of storage commitment';
    return await reportOn(connection.messages, context, result, calling.settings.aeTitle);
  } finally {
    await connection.release();
  }
}

/** Tells it on an association that is open. @returns why it was not heard, or null @throws AssociationError */
export async function reportOn(
  messages: Messages,
  context: AgreedContext,
  result: CommitmentResult,
  retrieveAe: string,
): Promise<string | null> {
  const { status } = await messages.request(
    context,
    {
      commandField: CommandField.nEventReport,
      affectedSopClassUid: SopClass.storageCommitment,
      affectedSopInstanceUid: COMMITMENT_INSTANCE,
      eventTypeId: result.failed.length === 0 ? SUCCESS : FAILURES_EXIST,
    },
    writeIdentifier(eventOf(result, retrieveAe), context.transferSyntax),
  );
  return status === Status.success ? null : `it answered ${statusText(status)}`;
}

function eventOf({ transactionUid, kept, failed }: CommitmentResult, retrieveAe: string): DicomJson {
  const failedItems = failed.map((one) => ({
    ...referenceOf(one),
    [Key.failureReason]: { vr: 'US', Value: [one.reason] },
  }));
  return {
    [Key.retrieveAeTitle]: { vr: 'AE', Value: [retrieveAe] },
    [Key.transactionUid]: { vr: 'UI', Value: [transactionUid] },
    ...(failed.length > 0 && { [Key.failedSopSequence]: { vr: 'SQ', Value: failedItems } }),
    ...(kept.length > 0 && { [Key.referencedSopSequence]: { vr: 'SQ', Value: kept.map(referenceOf) } }),
  };
}

function referenceOf({ sopClassUid, sopInstanceUid }: Reference): DicomJson {
  return {
    [Key.referencedSopClassUid]: { vr: 'UI', Value: [sopClassUid] },
    [Key.referencedSopInstanceUid]: { vr: 'UI', Value: [sopInstanceUid] },
  };
}
