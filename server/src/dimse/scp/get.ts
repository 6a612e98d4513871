// C-GET: sends what an identifier names on the same association (PS3.4 section C.4.3).
import { responseTo } from '../messages/command.ts';
import { sendOne } from '../scu/store.ts';
import { StoredFiles } from '../scu/stored-files.ts';
import { identifierOf } from './find.ts';
import type { Service } from './parts.ts';
import { select } from './selection.ts';
import { failureOf } from './service-failure.ts';
import { SubOperations } from './sub-operations.ts';

export const serveGet: Service = async (request, { messages }, { metadata, gateway, admission }) => {
  const { context, command } = request;
  const stop = new AbortController();
  const stopListening = messages.onCancel(command, () => stop.abort());
  try {
    const instances = await select(identifierOf(request), context.abstractSyntax, metadata);
    const counted = new SubOperations(messages, context, command, instances.length);
    const files = new StoredFiles(gateway, metadata, admission);
    // Those on which the peer takes objects: it asked for the role of SCP.
    const contexts = [...messages.contexts.values()].filter(({ requestorIs }) => requestorIs.scp);
    for (const instance of instances) {
      if (stop.signal.aborted) break;
      counted.count(await sendOne(messages, contexts, instance, files));
    }
    await counted.finish(stop.signal.aborted);
  } catch (error) {
    const { status, errorComment } = failureOf(error);
    await messages.send(context, responseTo(command, status, { errorComment }));
  } finally {
    stopListening();
  }
};
