// Promises of storage commitment that are to be kept: on disk until the peer has the answer.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from '../../config/data-folder.ts';

export interface ReferencedInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** A request for commitment that Strata has agreed to answer. */
export interface Commitment {
  readonly id: string;
  readonly transactionUid: string;
  /** Whom to answer. */
  readonly callingAe: string;
  readonly instances: readonly ReferencedInstance[];
  /** When it was asked for, ISO 8601. */
  readonly askedAt: string;
}

const NAME = /^[0-9a-f-]{36}\.json$/;

export class CommitmentBook {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Durable when it resolves. @throws the file system's error */
  async keep(commitment: Commitment): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeDurably(this.#file(commitment.id), `${JSON.stringify(commitment)}\n`);
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** Those that were not answered before Strata stopped; what cannot be read is left where it is. */
  async all(): Promise<Commitment[]> {
    const commitments: Commitment[] = [];
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!NAME.test(name)) continue;
      try {
        commitments.push(JSON.parse(await readFile(path.join(this.#folder, name), 'utf8')) as Commitment);
      } catch {
        // A damaged one names nobody to answer; its peer asks again.
      }
    }
    return commitments;
  }

  #file(id: string): string {
    return path.join(this.#folder, `${id}.json`);
  }
}
