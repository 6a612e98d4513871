// What a process is started with, and what the start brings about.
import type { Logger } from '../config/log.ts';
import type { Role } from '../config/settings/pool-section.ts';
import type { Settings } from '../config/settings/settings.ts';
import type { DicomService } from '../dimse/dicom-service.ts';

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
