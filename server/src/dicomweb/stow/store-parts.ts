// Gives the parts of a request to the gateway, a few at once, each when there is room for it in memory.
import { readFileMeta } from '@strata/dicom/data-set';
import { Tag } from '@strata/dicom/tags';
import { uid, valuesOf } from '@strata/dicom/values';
import type { Serving } from '../parts.ts';
import type { Spooled } from './spool.ts';
import type { PartOutcome } from './store-answer.ts';

/** Files of one request that are received or wait to be stored. */
export const AT_ONCE = 4;
const META_BYTES = 4096;
const PREAMBLE = 132;
const WRONG_STUDY = {
  code: 'wrong-study',
  reason: 'It belongs to another study than the address names. Send it to /studies or to its own study.',
};

export interface Sender {
  /** Its address. */
  readonly peer: string;
  /** The study that everything must belong to; null for any. */
  readonly study: string | null;
}

/** Stores what it is given and remembers what became of each, in order. */
export class Storing {
  readonly #serving: Serving;
  readonly #sender: Sender;
  readonly #outcomes: Promise<PartOutcome>[] = [];

  constructor(serving: Serving, sender: Sender) {
    this.#serving = serving;
    this.#sender = sender;
  }

  /** Takes a file; returns when the next one may be received. */
  async add(file: Spooled): Promise<void> {
    this.#outcomes.push(this.#store(file));
    await this.#outcomes.at(-AT_ONCE);
  }

  /** Notes a part that is no file to store. */
  refuse(code: string, reason: string): void {
    const nothing = { sopClassUid: null, sopInstanceUid: null, studyInstanceUid: null };
    this.#outcomes.push(Promise.resolve({ ...nothing, failure: { code, reason } }));
  }

  /** What became of everything, when all is done. */
  outcomes(): Promise<PartOutcome[]> {
    return Promise.all(this.#outcomes);
  }

  async #store(spooled: Spooled): Promise<PartOutcome> {
    const { admission, gateway } = this.#serving;
    let names: Names = { sopClassUid: null, sopInstanceUid: null };
    let leave = () => {};
    try {
      leave = await admission.enter(spooled.length);
      let file: Uint8Array = await spooled.take();
      names = namesOf(file);
      const source = { kind: 'stow', peer: this.#sender.peer } as const;
      let misplaced = false;
      if (this.#sender.study !== null) {
        const { studyInstanceUid, file: back } = await this.#serving.presenting.identify(file);
        file = back;
        misplaced = studyInstanceUid !== null && studyInstanceUid !== this.#sender.study;
      }
      const answer = misplaced
        ? await gateway.refuse(file, WRONG_STUDY, source)
        : await gateway.ingest(file, source);
      const failure =
        answer.outcome === 'refused'
          ? { code: answer.code ?? 'internal', reason: answer.reason ?? '' }
          : null;
      return {
        sopClassUid: names.sopClassUid,
        sopInstanceUid: answer.sopInstanceUid ?? names.sopInstanceUid,
        studyInstanceUid: answer.studyInstanceUid ?? null,
        failure,
      };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
      const reason = error instanceof Error ? error.message : String(error);
      return { ...names, studyInstanceUid: null, failure: { code, reason } };
    } finally {
      leave();
      await spooled.discard();
    }
  }
}

interface Names {
  readonly sopClassUid: string | null;
  readonly sopInstanceUid: string | null;
}

/** What the file meta information calls it, so that a refusal can be matched to what was sent. */
function namesOf(file: Uint8Array): Names {
  try {
    const values = valuesOf(readFileMeta(file.subarray(0, META_BYTES), PREAMBLE).meta);
    return {
      sopClassUid: uid(values, Tag.MediaStorageSOPClassUID) || null,
      sopInstanceUid: uid(values, Tag.MediaStorageSOPInstanceUID) || null,
    };
  } catch {
    return { sopClassUid: null, sopInstanceUid: null };
  }
}
