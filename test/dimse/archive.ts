// A Strata with DICOM peers, and what the tests ask it about what it stores.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readFileMeta } from '@strata/dicom/data-set';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';

export interface ArchivePeer {
  readonly aeTitle: string;
  readonly port: number;
  readonly tls?: unknown;
}

/** A running Strata with its folder; everything goes when it is disposed of. */
export class Archive implements AsyncDisposable {
  readonly strata: StrataProcess;
  readonly folder: string;
  readonly #remove: () => void;

  private constructor(strata: StrataProcess, folder: string, remove: () => void) {
    this.strata = strata;
    this.folder = folder;
    this.#remove = remove;
  }

  /** @param dicom the `dicom` section of its settings */
  static async start(peers: readonly ArchivePeer[] = [], dicom: object = {}): Promise<Archive> {
    const { folder, remove } = temporaryFolder('dimse');
    const settings = path.join(folder, 'strata.settings.json');
    const listed = peers.map((peer) => ({ host: '127.0.0.1', ...peer }));
    writeFileSync(settings, JSON.stringify({ dicom: { peers: listed, ...dicom } }));
    try {
      const strata = await StrataProcess.start(path.join(folder, 'data'), '--settings', settings);
      return new Archive(strata, folder, remove);
    } catch (error) {
      remove();
      throw error;
    }
  }

  /** Where DCMTK's tools call it. */
  get call(): { port: number } {
    return { port: this.strata.dicomPort };
  }

  /** The file of an instance as it is exported, or null when it is not stored. */
  async file(sopInstanceUid: string): Promise<Uint8Array | null> {
    const response = await fetch(`${this.strata.url}/gateway/instances/${sopInstanceUid}/file`);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.strata.stop();
    this.#remove();
  }
}

/** What identifies an object inside a file: the file meta information says the same, whoever wrote the file. */
export interface Part10 {
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** The bytes behind the file meta information. */
  readonly dataSet: Uint8Array;
}

/** A Part 10 file taken apart. */
export function part10(file: Uint8Array): Part10 {
  const { meta, end } = readFileMeta(file, 132);
  const text = (tag: number) => {
    const element = meta.elements.get(tag);
    if (!element) return '';
    const { valueStart, length } = element;
    return Buffer.from(file.subarray(valueStart, valueStart + length))
      .toString('latin1')
      .replace(/\0$/, '');
  };
  return {
    sopInstanceUid: text(0x00020003),
    transferSyntaxUid: text(0x00020010),
    dataSet: file.subarray(end),
  };
}

/** A file from disk, taken apart. */
export function readObject(file: string): Part10 {
  return part10(new Uint8Array(readFileSync(file)));
}

/** Whether two objects are the same, byte for byte, in the same transfer syntax. */
export function sameObject(a: Part10, b: Part10): boolean {
  return a.transferSyntaxUid === b.transferSyntaxUid && Buffer.compare(a.dataSet, b.dataSet) === 0;
}
