// What went wrong with a query or a retrieval, as a status and a comment for the peer.
import { refusalOf } from '../../gateway/refusal.ts';
import { Status } from '../messages/status.ts';
import { AssociationError } from '../upper-layer/association-error.ts';

/** @throws AssociationError again: there is nobody left to tell */
export function failureOf(error: unknown): { status: number; errorComment: string } {
  if (error instanceof AssociationError) throw error;
  const { code, reason } = refusalOf(error);
  return { status: statusOfFailure(error, code), errorComment: reason };
}

function statusOfFailure(error: unknown, code: string): number {
  const name = error instanceof Error ? error.name : '';
  if (code === 'bad-identifier' || name === 'DicomError') return Status.doesNotMatch;
  if (code === 'metadata-unavailable' || code === 'stopping' || code === 'no-space')
    return Status.outOfResources;
  return Status.cannotUnderstand;
}
