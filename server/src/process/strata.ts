// One Strata process: everything that its roles need, started in order and stopped in reverse.

import type { DicomService } from '../dimse/dicom-service.ts';
import { startAll } from './start-all.ts';
import type { Started, StrataOptions } from './start-options.ts';
import { UndoList } from './undo.ts';

/** A running Strata. */
export class Strata {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The DICOM side; null without settings, and without the role gateway. */
  readonly dicom: DicomService | null;
  readonly #undo: UndoList;
  #stopped: Promise<void> | null = null;

  private constructor({ url, dicom }: Started, undo: UndoList) {
    this.url = url;
    this.dicom = dicom;
    this.#undo = undo;
  }

  /**
   * Starts everything on the data folder; when it returns, requests are answered.
   * @throws StartError, with everything undone that was started
   */
  static async start(options: StrataOptions): Promise<Strata> {
    const undo = new UndoList();
    try {
      return new Strata(await startAll(options, undo), undo);
    } catch (error) {
      await undo.run();
      throw error;
    }
  }

  /** Stops in reverse order: no new requests, running ones finish or are refused, then the database. Never throws. */
  stop(): Promise<void> {
    this.#stopped ??= this.#undo.run();
    return this.#stopped;
  }
}
