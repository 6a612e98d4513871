// Storage (PS3.4 annex B): Success says that the image is durable, committed and proven.
import { part10File } from '@strata/dicom/writing/part10-writer';
import type { IngestAnswer } from '../../gateway/outcome.ts';
import { type Refusal, refusalOf } from '../../gateway/refusal.ts';
import { type Command, responseTo } from '../messages/command.ts';
import type { Request } from '../messages/messages.ts';
import { Status } from '../messages/status.ts';
import type { AgreedContext } from '../upper-layer/negotiate.ts';
import { identityAt, type ObjectIdentity } from './object-identity.ts';
import type { Caller, DimseParts } from './parts.ts';
import { ReceivedFile } from './received-file.ts';

/** Without a file before it on the association, this much room is made at first. */
const FIRST_GUESS = 2 ** 20;

/** Takes the images of one association. */
export class StoreService {
  readonly #parts: DimseParts;
  /** Data set bytes of the last image: the next one is likely to be as large. */
  #lastLength = FIRST_GUESS;

  constructor(parts: DimseParts) {
    this.#parts = parts;
  }

  /** Where the data set of a C-STORE goes. */
  sinkFor(command: Command, { transferSyntax }: AgreedContext): ReceivedFile {
    const identity = {
      sopClassUid: command.affectedSopClassUid ?? '',
      sopInstanceUid: command.affectedSopInstanceUid ?? '',
      transferSyntaxUid: transferSyntax,
    };
    return new ReceivedFile(part10File(identity, []), this.#lastLength, this.#parts.receiving);
  }

  async serve({ context, command, sink }: Request, caller: Caller): Promise<void> {
    if (!(sink instanceof ReceivedFile)) {
      sink?.discard();
      const errorComment = 'The C-STORE came without a data set.';
      return caller.messages.send(context, responseTo(command, Status.cannotUnderstand, { errorComment }));
    }
    const answer = await this.#ingest(sink, command, context, caller);
    const response =
      answer.outcome === 'refused'
        ? { status: storeStatus(answer.code ?? ''), errorComment: answer.reason ?? '' }
        : { status: Status.success };
    await caller.messages.send(context, responseTo(command, response.status, response));
  }

  async #ingest(
    sink: ReceivedFile,
    command: Command,
    context: AgreedContext,
    { callingAe, calledAe, peer }: Caller,
  ): Promise<IngestAnswer | ({ outcome: 'refused' } & Refusal)> {
    let leave = (): void => undefined;
    try {
      // What has come is in memory or on disk already; from here on it costs what coding costs.
      leave = await this.#parts.admission.enter(sink.length);
      this.#lastLength = sink.length;
      const file = await sink.finish();
      const refusal =
        problemOf(command, context) ??
        mismatchOf(command, identityAt(file, sink.headLength, context.transferSyntax));
      const source = { kind: 'dimse', callingAe, calledAe, peer } as const;
      return refusal === null
        ? await this.#parts.gateway.ingest(file, source)
        : await this.#parts.gateway.refuse(file, refusal, source);
    } catch (error) {
      sink.discard();
      return { outcome: 'refused', ...refusalOf(error) };
    } finally {
      leave();
    }
  }
}

function problemOf(command: Command, context: AgreedContext): Refusal | null {
  const code = 'bad-command';
  if (command.affectedSopClassUid !== context.abstractSyntax)
    return { code, reason: 'The SOP class is not that of the context.' };
  if (!/^[\d.]{1,64}$/.test(command.affectedSopInstanceUid ?? ''))
    return { code, reason: 'The SOP Instance UID is no UID.' };
  return null;
}

function mismatchOf(command: Command, identity: ObjectIdentity | null): Refusal | null {
  const code = 'uid-mismatch';
  if (identity === null) return null;
  if (identity.sopInstanceUid !== command.affectedSopInstanceUid)
    return { code, reason: 'The SOP Instance UIDs of command and data set differ.' };
  if (identity.sopClassUid !== command.affectedSopClassUid)
    return { code, reason: 'The SOP classes of command and data set differ.' };
  return null;
}

/** The status of a refusal (PS3.4 table B.2-1): what may pass is out of resources, all else is about the object. */
export function storeStatus(code: string): number {
  switch (code) {
    case 'no-space':
    case 'out-of-memory':
    case 'metadata-unavailable':
    case 'too-few-servers':
    case 'stopping':
    case 'read-only':
    case 'io':
    case 'quarantine-full':
    case 'worker-crashed':
    case 'worker-hung':
    case 'worker-out-of-memory':
      return Status.outOfResources;
    case 'bad-command':
      return Status.invalidArgument;
    case 'uid-mismatch':
      return Status.doesNotMatch;
    case 'conflict':
      return Status.contradicts;
    default:
      return Status.cannotUnderstand;
  }
}
