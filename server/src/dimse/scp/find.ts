// C-FIND: patients, studies, series and instances that match an identifier (PS3.4 section C.4.1).
import type { DicomJson } from '@strata/dicom/json/types';
import type { DicomQuery } from '@strata/metadata/query/types';
import { Key, readIdentifier, textOf, writeIdentifier } from '../identifier.ts';
import { responseTo } from '../messages/command.ts';
import { MemorySink } from '../messages/data-sink.ts';
import type { Request } from '../messages/messages.ts';
import { Status } from '../messages/status.ts';
import type { Service } from './parts.ts';
import { IdentifierError, keysOf, levelOf, queryOptionsOf } from './query-model.ts';
import { failureOf } from './service-failure.ts';

/** Matches that are read from the database at once. */
const PAGE = 500;

export const serveFind: Service = async (request, caller, { metadata, settings, log }) => {
  const { context, command } = request;
  const { messages } = caller;
  const state = { cancelled: false };
  const stopListening = messages.onCancel(command, () => {
    state.cancelled = true;
  });
  try {
    const identifier = identifierOf(request);
    const level = levelOf(identifier, context.abstractSyntax);
    const said = {
      [Key.queryRetrieveLevel]: { vr: 'CS', Value: [textOf(identifier, Key.queryRetrieveLevel)] },
      [Key.retrieveAeTitle]: { vr: 'AE', Value: [settings.aeTitle] },
    };
    const query: DicomQuery = {
      ...queryOptionsOf(caller.extended.get(context.abstractSyntax)),
      ...{ level, keys: keysOf(identifier), include: [], limit: PAGE },
    };
    let sent = 0;
    for (let after: string | null | undefined; after !== null && !state.cancelled; ) {
      const page = await metadata.query(after === undefined ? query : { ...query, after });
      const status = page.unsupportedKeys.length > 0 ? Status.pendingWithoutKeys : Status.pending;
      for (const match of page.matches) {
        if (state.cancelled || sent === settings.limits.matches) break;
        const answer = writeIdentifier({ ...match, ...said } as DicomJson, context.transferSyntax);
        await messages.send(context, responseTo(command, status), answer);
        sent += 1;
      }
      after = page.next;
      if (sent === settings.limits.matches && after !== null) {
        log.warn({ callingAe: caller.callingAe, sent }, 'a query has more matches than are answered');
        break;
      }
    }
    await messages.send(context, responseTo(command, state.cancelled ? Status.cancel : Status.success));
  } catch (error) {
    const { status, errorComment } = failureOf(error);
    await messages.send(context, responseTo(command, status, { errorComment }));
  } finally {
    stopListening();
  }
};

/** @throws IdentifierError, DicomError */
export function identifierOf({ sink, context }: Request): DicomJson {
  if (!(sink instanceof MemorySink)) throw new IdentifierError('The request came without an identifier.');
  return readIdentifier(sink.bytes, context.transferSyntax);
}
