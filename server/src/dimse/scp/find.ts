// C-FIND: what matches an identifier, in the archive (PS3.4 section C.4.1) and in the modality worklist (section K.4.1).
import type { DicomJson } from '@strata/dicom/json/types';
import type { DicomQueryPage } from '@strata/metadata/query/types';
import { Key, readIdentifier, textOf, writeIdentifier } from '../identifier.ts';
import { responseTo } from '../messages/command.ts';
import { MemorySink } from '../messages/data-sink.ts';
import type { Request } from '../messages/messages.ts';
import { Status } from '../messages/status.ts';
import type { Caller, DimseParts, Service } from './parts.ts';
import { IdentifierError, keysOf, levelOf, queryOptionsOf } from './query-model.ts';
import { failureOf } from './service-failure.ts';

/** Matches that are read from the database at once. */
const PAGE = 500;

/** How matches are found, and what is said with each. */
interface Search {
  page(after: { after?: string }): Promise<DicomQueryPage>;
  readonly said: DicomJson;
}

type SearchOf = (identifier: DicomJson, request: Request, caller: Caller, parts: DimseParts) => Search;

const archiveSearch: SearchOf = (identifier, { context }, caller, { metadata, settings }) => {
  const query = {
    ...queryOptionsOf(caller.extended.get(context.abstractSyntax)),
    ...{ level: levelOf(identifier, context.abstractSyntax), keys: keysOf(identifier) },
    ...{ include: [], limit: PAGE },
  };
  return {
    page: (after) => metadata.query({ ...query, ...after }),
    said: {
      [Key.queryRetrieveLevel]: { vr: 'CS', Value: [textOf(identifier, Key.queryRetrieveLevel)] },
      [Key.retrieveAeTitle]: { vr: 'AE', Value: [settings.aeTitle] },
    },
  };
};

const worklistSearch: SearchOf = (identifier, _request, _caller, { metadata }) => ({
  page: (after) => metadata.worklistItems({ keys: keysOf(identifier), include: [], limit: PAGE, ...after }),
  said: {},
});

const serveWith =
  (searchOf: SearchOf): Service =>
  async (request, caller, parts) => {
    const { context, command } = request;
    const { messages } = caller;
    const { matches: most } = parts.settings.limits;
    const state = { cancelled: false };
    const stopListening = messages.onCancel(command, () => {
      state.cancelled = true;
    });
    try {
      const search = searchOf(identifierOf(request), request, caller, parts);
      let sent = 0;
      for (let after: string | null | undefined; after !== null && !state.cancelled; ) {
        const page = await search.page(after === undefined ? {} : { after });
        const status = page.unsupportedKeys.length > 0 ? Status.pendingWithoutKeys : Status.pending;
        for (const match of page.matches.slice(0, most - sent)) {
          if (state.cancelled) break;
          const answer = writeIdentifier({ ...match, ...search.said }, context.transferSyntax);
          await messages.send(context, responseTo(command, status), answer);
          sent += 1;
        }
        after = page.next;
        if (sent < most || after === null) continue;
        parts.log.warn({ callingAe: caller.callingAe, sent }, 'a query has more matches than are answered');
        break;
      }
      await messages.send(context, responseTo(command, state.cancelled ? Status.cancel : Status.success));
    } catch (error) {
      const { status, errorComment } = failureOf(error);
      await messages.send(context, responseTo(command, status, { errorComment }));
    } finally {
      stopListening();
    }
  };

export const serveFind = serveWith(archiveSearch);
export const serveWorklist = serveWith(worklistSearch);

/** @throws IdentifierError, DicomError */
export function identifierOf({ sink, context }: Request): DicomJson {
  if (!(sink instanceof MemorySink)) throw new IdentifierError('The request came without an identifier.');
  return readIdentifier(sink.bytes, context.transferSyntax);
}
