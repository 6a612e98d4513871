// Which study the dialog of links is open for.
import { signal } from '@preact/signals';

export interface SharingStudy {
  readonly uid: string;
  /** Patient and date, for the title of the dialog. */
  readonly name: string;
}

/** Null while the dialog is closed. */
export const sharingStudy = signal<SharingStudy | null>(null);
