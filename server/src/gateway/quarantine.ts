// Keeps files that contradict what is stored, so that a person can look at them: nothing is overwritten, nothing is thrown away.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from '../config/data-folder.ts';

export interface QuarantineNote {
  readonly sopInstanceUid: string;
  /** SHA-256 of the file that is kept here. */
  readonly fileDigest: string;
  /** SHA-256 of the file that is stored under the same UID, where that is the contradiction. */
  readonly storedDigest: string | null;
  readonly reason: string;
}

/** The quarantine folder: `<sha256>.dcm` is the file as it came, `<sha256>.json` says why it is here. */
export class Quarantine {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes file and note durably; the same file again replaces itself. @throws the file system's error */
  async keep(bytes: Uint8Array, note: QuarantineNote): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const name = path.join(this.#folder, note.fileDigest);
    await writeDurably(`${name}.dcm`, bytes);
    await writeDurably(
      `${name}.json`,
      `${JSON.stringify({ ...note, receivedAt: new Date().toISOString() }, null, 2)}\n`,
    );
  }
}
