// C-MOVE: sends what an identifier names to another AE (PS3.4 section C.4.2).
import { responseTo } from '../messages/command.ts';
import { Status } from '../messages/status.ts';
import { sendInstances } from '../scu/store.ts';
import { StoredFiles } from '../scu/stored-files.ts';
import { AssociationError } from '../upper-layer/association-error.ts';
import { identifierOf } from './find.ts';
import type { Service } from './parts.ts';
import { select } from './selection.ts';
import { failureOf } from './service-failure.ts';
import { SubOperations } from './sub-operations.ts';

export const serveMove: Service = async (request, { messages, callingAe }, parts) => {
  const { context, command } = request;
  const { metadata, gateway, admission, settings, settingsFolder, log } = parts;
  const stop = new AbortController();
  const stopListening = messages.onCancel(command, () => stop.abort());
  try {
    const destination = settings.peers.find(({ aeTitle }) => aeTitle === command.moveDestination);
    if (!destination) {
      const errorComment = `The destination '${command.moveDestination ?? ''}' is not among the peers.`;
      return await messages.send(context, responseTo(command, Status.unknownDestination, { errorComment }));
    }
    const instances = await select(identifierOf(request), context.abstractSyntax, metadata);
    const counted = new SubOperations(messages, context, command, instances.length);
    const files = new StoredFiles(gateway, metadata, admission);
    try {
      await sendInstances(
        destination,
        instances,
        files,
        { settings, settingsFolder },
        {
          originator: { aeTitle: callingAe, messageId: command.messageId ?? 0 },
          onOutcome: (outcome) => counted.count(outcome),
          signal: stop.signal,
        },
      );
    } catch (error) {
      if (!(error instanceof AssociationError)) throw error;
      log.info({ destination: destination.aeTitle, why: error.message }, 'a C-MOVE found no destination');
      for (const { sopInstanceUid } of instances) {
        counted.count({ sopInstanceUid, outcome: 'failed', status: null, reason: error.message });
      }
    }
    await counted.finish(stop.signal.aborted);
  } catch (error) {
    const { status, errorComment } = failureOf(error);
    await messages.send(context, responseTo(command, status, { errorComment }));
  } finally {
    stopListening();
  }
};
