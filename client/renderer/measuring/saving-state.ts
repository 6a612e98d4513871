// How it stands with measurements that are saved with their study.
import type { SavedMeasurement } from '@strata/protocol/saved-measurements';
import type { ByUid } from './merge.ts';
import type { SavedStudy } from './saved-study.ts';

/** A study of the page. */
export interface OpenStudy extends SavedStudy {
  readonly uid: string;
  readonly isLoaded: boolean;
  /** What has been drawn of what is saved, as it was drawn: what differs from it was changed here. */
  readonly drawn: ByUid;
}

/** What is being done, or why it could not be. */
export type SavingState =
  | { readonly state: 'loading' | 'idle' | 'saving' | 'no-name' }
  | { readonly state: 'not-loaded' | 'not-saved'; readonly error: unknown };

/** Something that is saved and not shown. */
export interface Unread {
  /** Of the document; ''. */
  readonly title: string;
  /** In the words of the server; '' for a measurement whose image is not here. */
  readonly what: string;
  readonly missing: SavedMeasurement | null;
}
