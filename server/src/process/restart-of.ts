// Has servers of the pool start again: this one by itself, another one when it is told over the wire.
import type { ServerRecord } from '@strata/metadata/pool/model';
import { HttpError } from '../http/http-error.ts';

/** @param self stops and starts this process again, soon; absent where it cannot */
export function restartOf(selfId: string, self: (() => void) | undefined) {
  return async (server: ServerRecord): Promise<void> => {
    if (server.id !== selfId) throw new HttpError(501, 'not-there', 'Other servers cannot be told yet.');
    if (!self) {
      throw new HttpError(
        409,
        'cannot-restart',
        'This process serves one command only: it is not started again.',
      );
    }
    self();
  };
}
