// The files of what is forwarded: as they are stored, or without their patient's identity where the rule says so.
import { isStandardUid, Pseudonyms } from '@strata/dicom/deidentify/pseudonyms';
import { EXPLICIT_LITTLE_UID, transferSyntax } from '@strata/dicom/transfer-syntax';
import type { InstanceRecord } from '@strata/metadata/records';
import type { FileSource, OpenedFile, Sendable } from '../dimse/scu/stored-files.ts';
import type { Admission } from '../gateway/admission.ts';
import type { DeidentifyOrder } from '../gateway/deidentify-order.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { RefusedError } from '../gateway/outcome.ts';
import { AS_STORED } from '../gateway/retrieval.ts';

/** An instance on its way to a destination, and how it is to get there. */
export interface Outgoing {
  readonly record: InstanceRecord;
  /** UID; null: as it is stored. */
  readonly transferSyntax: string | null;
  /** Null: as it is. */
  readonly deidentify: DeidentifyOrder | null;
}

export type OutgoingGateway = Pick<Gateway, 'exported' | 'deidentified'>;

/** The instance as a receiver will know it: another one, where it loses its UIDs. */
export function sendableOf({ record, transferSyntax: wanted, deidentify }: Outgoing): Sendable {
  const { sopClassUid, uid } = record.instance;
  const syntax = (record.framesBlob && wanted) || record.transferSyntaxUid;
  if (!deidentify) return { sopClassUid, sopInstanceUid: uid, transferSyntaxUid: syntax };
  const sopInstanceUid = uidAfter(uid, deidentify);
  return { sopClassUid, sopInstanceUid, transferSyntaxUid: isNative(syntax) ? EXPLICIT_LITTLE_UID : syntax };
}

/**
 * The file of an outgoing instance, in the wanted transfer syntax or, where it cannot be in that, as it is stored.
 * @throws RefusedError, StoreError, WorkerError
 */
export async function fileOf(gateway: OutgoingGateway, outgoing: Outgoing): Promise<Uint8Array> {
  const { record, transferSyntax: wanted, deidentify } = outgoing;
  const fileIn = async (syntax: string) =>
    deidentify
      ? (await gateway.deidentified(record, syntax, deidentify)).file
      : gateway.exported(record, syntax);
  if (wanted === null) return fileIn(AS_STORED);
  try {
    return await fileIn(wanted);
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'unsupported-transfer-syntax')
      return fileIn(AS_STORED);
    throw error;
  }
}

/** Files for sending by C-STORE, one at a time, counted against what may be in memory. */
export class OutgoingFiles implements FileSource {
  readonly #gateway: OutgoingGateway;
  readonly #admission: Admission;
  readonly #outgoing: ReadonlyMap<string, Outgoing>;

  constructor(gateway: OutgoingGateway, admission: Admission, outgoing: readonly Outgoing[]) {
    this.#gateway = gateway;
    this.#admission = admission;
    this.#outgoing = new Map(outgoing.map((one) => [sendableOf(one).sopInstanceUid, one]));
  }

  async open(sopInstanceUid: string, transferSyntaxUid: string): Promise<OpenedFile> {
    const outgoing = this.#outgoing.get(sopInstanceUid);
    if (!outgoing) throw new RefusedError('not-found', `Instance ${sopInstanceUid} is not to be sent.`);
    const close = await this.#admission.enter(outgoing.record.file.length);
    try {
      return { file: await this.#fileIn(outgoing, sopInstanceUid, transferSyntaxUid), close };
    } catch (error) {
      close();
      throw error;
    }
  }

  async #fileIn({ record, deidentify }: Outgoing, uid: string, syntax: string): Promise<Uint8Array> {
    if (!deidentify) return this.#gateway.exported(record, syntax);
    const made = await this.#gateway.deidentified(record, syntax, deidentify);
    if (made.sopInstanceUid !== uid) {
      throw new RefusedError('internal', 'De-identification came to another UID than was announced.');
    }
    // Pixels that had to be cleaned are not compressed any longer.
    if (made.transferSyntaxUid !== syntax) {
      throw new RefusedError('unsupported-transfer-syntax', `It cannot be de-identified in ${syntax}.`);
    }
    return made.file;
  }
}

function uidAfter(uid: string, { secret, rules }: DeidentifyOrder): string {
  const retained = rules[0]?.options.retainUids === true;
  return retained || isStandardUid(uid) ? uid : new Pseudonyms(secret).uid(uid);
}

/** De-identification writes all that is not compressed in explicit little endian. */
function isNative(syntax: string): boolean {
  const { pixels } = transferSyntax(syntax);
  return pixels === 'native' || pixels === 'deflated';
}
