// Storage commitment, push model: N-ACTION asks for it (PS3.4 section J.3.2).
import { randomUUID } from 'node:crypto';
import type { DicomJson } from '@strata/dicom/json/types';
import { Key, textOf } from '../identifier.ts';
import { responseTo } from '../messages/command.ts';
import { Status } from '../messages/status.ts';
import { COMMITMENT_INSTANCE } from '../uids.ts';
import type { Commitment } from './commitment-book.ts';
import { identifierOf } from './find.ts';
import type { Service } from './parts.ts';
import { IdentifierError } from './query-model.ts';
import { failureOf } from './service-failure.ts';

/** Request Storage Commitment (table J.3-1). */
const REQUEST = 1;

export const serveCommitment: Service = async (request, { messages, callingAe }, { commitments }) => {
  const { context, command } = request;
  if (command.actionTypeId !== REQUEST) {
    return messages.send(context, responseTo(command, Status.noSuchAction));
  }
  if (command.requestedSopInstanceUid !== COMMITMENT_INSTANCE) {
    return messages.send(context, responseTo(command, Status.noSuchInstance));
  }
  let commitment: Commitment;
  try {
    commitment = commitmentOf(identifierOf(request), callingAe);
    await commitments.promise(commitment);
  } catch (error) {
    const { errorComment } = failureOf(error);
    const status = error instanceof IdentifierError ? Status.invalidArgument : Status.processingFailure;
    return messages.send(context, responseTo(command, status, { errorComment }));
  }
  try {
    await messages.send(context, responseTo(command, Status.success, { actionTypeId: REQUEST }));
  } finally {
    commitments.answer(commitment, { messages, context });
  }
};

/** @throws IdentifierError */
function commitmentOf(action: DicomJson, callingAe: string): Commitment {
  const transactionUid = textOf(action, Key.transactionUid);
  const items = (action[Key.referencedSopSequence]?.Value ?? []) as DicomJson[];
  if (transactionUid === '' || items.length === 0) {
    throw new IdentifierError('The request lacks its transaction UID or its instances.');
  }
  return {
    ...{ id: randomUUID(), transactionUid, callingAe, askedAt: new Date().toISOString() },
    instances: items.map((item) => ({
      sopClassUid: textOf(item, Key.referencedSopClassUid),
      sopInstanceUid: textOf(item, Key.referencedSopInstanceUid),
    })),
  };
}
