// One Strata process: everything that its roles need, started in order and stopped in reverse.

import type { Logger } from '../config/log.ts';
import type { Role } from '../config/settings/pool-section.ts';
import type { Settings } from '../config/settings/settings.ts';
import type { DicomService } from '../dimse/dicom-service.ts';
import { startAll } from './start-all.ts';
import { UndoList } from './undo.ts';

export interface StrataOptions {
  /** Absolute path of the data folder. */
  readonly data: string;
  /** The host as the user gave it; anything but loopback is refused. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The command that runs it, for run.json. */
  readonly command: string;
  /** What the process does; undefined: as the settings say, else everything. */
  readonly roles?: readonly Role[] | undefined;
  /** URL of the database of another server, or absolute path of the file that has it; undefined: as the settings say, or as before. */
  readonly metadata?: string | undefined;
  /**
   * What the site has decided. Absent for a command that runs Strata for itself: the rules of the data folder's own settings
   * hold then, but there is no DICOM listener, and what the rules ask for is done when Strata is started.
   */
  readonly settings?: Settings;
  /** Stops and starts the process again, soon; absent where that makes no sense. */
  readonly restart?: () => void;
  readonly log: Logger;
}

/** What a start has brought about. */
export interface Started {
  readonly url: string;
  readonly dicom: DicomService | null;
}

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
