// The files of stored instances for sending, one at a time, counted against what may be in memory.
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord } from '@strata/metadata/records';
import type { Admission } from '../../gateway/admission.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { RefusedError } from '../../gateway/outcome.ts';

/** What is known of an instance before its file is opened. */
export interface Sendable {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** Of the stored file. */
  readonly transferSyntaxUid: string;
}

export interface OpenedFile {
  /** A whole Part 10 file. */
  readonly file: Uint8Array;
  /** To be called when it is not needed any more. */
  readonly close: () => void;
}

export interface FileSource {
  /** @param transferSyntaxUid as stored, or one to convert to @throws RefusedError, StoreError, MetadataError */
  open(sopInstanceUid: string, transferSyntaxUid: string): Promise<OpenedFile>;
}

export function sendableOf(record: InstanceRecord): Sendable {
  const { sopClassUid, uid } = record.instance;
  return { sopClassUid, sopInstanceUid: uid, transferSyntaxUid: record.transferSyntaxUid };
}

export class StoredFiles implements FileSource {
  readonly #gateway: Pick<Gateway, 'exported'>;
  readonly #metadata: Pick<Metadata, 'instance'>;
  readonly #admission: Admission;

  constructor(
    gateway: Pick<Gateway, 'exported'>,
    metadata: Pick<Metadata, 'instance'>,
    admission: Admission,
  ) {
    this.#gateway = gateway;
    this.#metadata = metadata;
    this.#admission = admission;
  }

  async open(sopInstanceUid: string, transferSyntaxUid: string): Promise<OpenedFile> {
    const record = await this.#metadata.instance(sopInstanceUid);
    if (!record) throw new RefusedError('not-found', `Instance ${sopInstanceUid} is not stored any more.`);
    const close = await this.#admission.enter(record.file.length);
    try {
      return { file: await this.#gateway.exported(record, transferSyntaxUid), close };
    } catch (error) {
      close();
      throw error;
    }
  }
}
