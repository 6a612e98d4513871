// Sends stored instances by C-STORE (PS3.4 annex B): as they are where the peer takes that, else in little endian.
import { readFileMeta } from '@strata/dicom/data-set';
import { readPart10 } from '@strata/dicom/part10';
import { EXPLICIT_LITTLE_UID, IMPLICIT_LITTLE_UID } from '@strata/dicom/transfer-syntax';
import type { PeerSettings } from '../../config/settings/dicom-section.ts';
import { RefusedError } from '../../gateway/outcome.ts';
import { CommandField } from '../messages/command.ts';
import type { Messages } from '../messages/messages.ts';
import { isStored, Status, statusText } from '../messages/status.ts';
import { COMMON_SYNTAXES } from '../transfer-syntaxes.ts';
import { AssociationError } from '../upper-layer/association-error.ts';
import type { AgreedContext } from '../upper-layer/negotiate.ts';
import { type Calling, type Connection, connect, MAX_PROPOSALS, type Proposal } from './connection.ts';
import { implicitLittle } from './implicit-little.ts';
import type { FileSource, OpenedFile, Sendable } from './stored-files.ts';

/** What became of one instance. */
export interface SendOutcome {
  readonly sopInstanceUid: string;
  readonly outcome: 'sent' | 'warning' | 'failed';
  /** The peer's status; null when it was not asked. */
  readonly status: number | null;
  /** Why it failed, for people. */
  readonly reason: string | null;
  /** The association broke, which says nothing about the instance. */
  readonly broken?: boolean;
}

export interface SendOptions {
  /** Whose C-MOVE this is done for. */
  readonly originator?: { readonly aeTitle: string; readonly messageId: number };
  /** Told of each instance as soon as it is known. */
  readonly onOutcome?: (outcome: SendOutcome) => void;
  /** Sends nothing further when aborted; the instance that is on its way gets there. */
  readonly signal?: AbortSignal;
}

/**
 * Sends instances to a peer, in their order, over as many associations as their kinds need, one after the other.
 * What cannot be sent is an outcome; only a peer that cannot be reached at the beginning is thrown.
 * @returns an outcome for each, unless the signal ended it early
 * @throws AssociationError
 */
export async function sendInstances(
  peer: PeerSettings,
  instances: readonly Sendable[],
  files: FileSource,
  calling: Calling,
  options: SendOptions = {},
): Promise<SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  const tell = (outcome: SendOutcome) => {
    outcomes.push(outcome);
    options.onOutcome?.(outcome);
  };
  for (const { proposals, part } of associationsFor(instances)) {
    if (options.signal?.aborted) break;
    let connection: Connection;
    try {
      connection = await connect(peer, calling, proposals);
    } catch (error) {
      if (outcomes.length === 0) throw error;
      for (const { sopInstanceUid } of part) tell(unsent(sopInstanceUid, error));
      continue;
    }
    const contexts = [...connection.messages.contexts.values()];
    for (const instance of part) {
      if (options.signal?.aborted) break;
      tell(await sendOne(connection.messages, contexts, instance, files, options));
    }
    await connection.release();
  }
  return outcomes;
}

/**
 * Sends one instance over an association that is there. Never throws.
 * @param contexts those on which the peer takes objects
 */
export async function sendOne(
  messages: Messages,
  contexts: readonly AgreedContext[],
  instance: Sendable,
  files: FileSource,
  { originator }: SendOptions = {},
): Promise<SendOutcome> {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid } = instance;
  if (!messages.layer.established) return failed(sopInstanceUid, null, 'The association is over.');
  const usable = contextsFor(contexts, instance);
  if (usable.length === 0) {
    const reason = `The peer takes neither the transfer syntax ${transferSyntaxUid} nor little endian of this SOP class.`;
    return failed(sopInstanceUid, null, reason);
  }
  try {
    const { context, file, close } = await openFor(usable, instance, files);
    try {
      const dataSet = dataSetIn(file, context.transferSyntax);
      const request = {
        commandField: CommandField.cStore,
        affectedSopClassUid: sopClassUid,
        affectedSopInstanceUid: sopInstanceUid,
        priority: 0,
        ...(originator && {
          moveOriginatorAe: originator.aeTitle,
          moveOriginatorMessageId: originator.messageId,
        }),
      };
      const { status, command } = await messages.request(context, request, dataSet);
      if (!isStored(status)) {
        const comment = command.errorComment ? `: ${command.errorComment}` : '';
        return failed(sopInstanceUid, status, `The peer answered ${statusText(status)}${comment}.`);
      }
      const outcome = status === Status.success ? 'sent' : 'warning';
      return { sopInstanceUid, outcome, status, reason: null };
    } finally {
      close();
    }
  } catch (error) {
    return unsent(sopInstanceUid, error);
  }
}

/** The bytes behind the file meta information. */
function dataSetIn(file: Uint8Array, transferSyntax: string): Uint8Array {
  if (transferSyntax !== IMPLICIT_LITTLE_UID) return file.subarray(dataSetStart(file));
  const read = readPart10(file);
  if (read.transferSyntaxUid === IMPLICIT_LITTLE_UID) return file.subarray(dataSetStart(file));
  return Buffer.concat(implicitLittle(read.dataSet));
}

const PREAMBLE = 128;

/** Files without a preamble or meta information begin with their data set. */
function dataSetStart(file: Uint8Array): number {
  const magic = (at: number) => Buffer.from(file.subarray(at, at + 4)).toString('latin1') === 'DICM';
  const start = magic(PREAMBLE) ? PREAMBLE + 4 : magic(0) ? 4 : 0;
  return readFileMeta(file, start).end;
}

/** Those that an instance can be sent on, the best first. */
function contextsFor(contexts: readonly AgreedContext[], instance: Sendable): AgreedContext[] {
  const syntaxes = new Set([instance.transferSyntaxUid, ...COMMON_SYNTAXES]);
  return [...syntaxes].flatMap((syntax) =>
    contexts.filter((one) => one.abstractSyntax === instance.sopClassUid && one.transferSyntax === syntax),
  );
}

/** The file, on the first context that it can be written for. @throws what the last one failed with */
async function openFor(
  contexts: readonly AgreedContext[],
  { sopInstanceUid, transferSyntaxUid }: Sendable,
  files: FileSource,
): Promise<OpenedFile & { context: AgreedContext }> {
  let unsupported: unknown;
  for (const context of contexts) {
    const stored = context.transferSyntax === transferSyntaxUid;
    try {
      const syntax = stored ? transferSyntaxUid : EXPLICIT_LITTLE_UID;
      return { context, ...(await files.open(sopInstanceUid, syntax)) };
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== 'unsupported-transfer-syntax') throw error;
      unsupported = error;
    }
  }
  throw unsupported;
}

/** What is proposed for instances: each kind as it is stored, and in little endian. */
function proposalsFor(instances: readonly Sendable[]): Proposal[] {
  const proposals = new Map<string, Proposal>();
  for (const { sopClassUid, transferSyntaxUid } of instances) {
    const own = { abstractSyntax: sopClassUid, transferSyntaxes: [transferSyntaxUid] };
    proposals.set(`${sopClassUid} ${transferSyntaxUid}`, own);
    proposals.set(sopClassUid, { abstractSyntax: sopClassUid, transferSyntaxes: COMMON_SYNTAXES });
  }
  return [...proposals.values()];
}

/** Instances in their order, cut where an association can hold no more kinds. */
function* associationsFor(
  instances: readonly Sendable[],
): Generator<{ proposals: Proposal[]; part: readonly Sendable[] }> {
  let part: Sendable[] = [];
  const kinds = new Set<string>();
  for (const instance of instances) {
    const kind = `${instance.sopClassUid} ${instance.transferSyntaxUid}`;
    if (!kinds.has(kind) && (kinds.size + 1) * 2 > MAX_PROPOSALS) {
      yield { proposals: proposalsFor(part), part };
      part = [];
      kinds.clear();
    }
    kinds.add(kind);
    part.push(instance);
  }
  if (part.length > 0) yield { proposals: proposalsFor(part), part };
}

function failed(sopInstanceUid: string, status: number | null, reason: string): SendOutcome {
  return { sopInstanceUid, outcome: 'failed', status, reason };
}

function unsent(sopInstanceUid: string, error: unknown): SendOutcome {
  const broken = error instanceof AssociationError;
  const message = error instanceof Error ? error.message : String(error);
  return { ...failed(sopInstanceUid, null, broken ? `The association broke: ${message}.` : message), broken };
}
