// Has servers of the pool start again: this one by itself, another one when it is told over the wire.
import type { ServerRecord } from '@strata/metadata/pool/model';
import { HttpError } from '../http/http-error.ts';
import type { WireClient } from '../pool/wire/wire-client.ts';

/** @param self stops and starts this process again, soon; absent where it cannot @param client to tell the others */
export function restartOf(
  selfId: string,
  self: (() => void) | undefined,
  client: Pick<WireClient, 'restart'>,
) {
  return async (server: ServerRecord): Promise<void> => {
    if (server.id !== selfId) return client.restart(server);
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
