// A kind of work that is saved with a study: how it becomes a DICOM object and is read back.
import type { DicomJson } from '@strata/dicom/json/types';
import type { DerivedHead } from '@strata/dicom/saved/derived-object';
import type { Check } from '@strata/protocol/checks';
import type { SavedKindName, SavedObject, SavedRequest } from '@strata/protocol/saved';

/** A stored instance that saved work refers to. */
export interface ReferencedInstance {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  /** 1 for what is no multi-frame image. */
  readonly frames: number;
}

/** All that an object is made of. */
export interface SaveOrder<Content> {
  readonly content: Content;
  readonly author: string;
  /** Of the object that is made, for `derivedObject`. */
  readonly head: DerivedHead;
  /** A stored instance of the study: the first that the work refers to, else any. */
  readonly source: DicomJson;
  /** What `references` named, by SOP Instance UID. */
  readonly referenced: ReadonlyMap<string, ReferencedInstance>;
  /** The stored objects that this one takes the place of. */
  readonly predecessors: readonly ReferencedInstance[];
}

/** What an object of a kind says. */
interface ReadObject<Content> {
  readonly content: Content;
  readonly author: string;
  /** See `momentText`. */
  readonly at: string;
  readonly title: string;
  /** SOP Instance UIDs of the versions that it follows on. */
  readonly predecessors: readonly string[];
  /** What of it cannot be read, in words. */
  readonly unread: readonly string[];
}

export interface SavedKind<Content> {
  readonly name: SavedKindName;
  /** Of the objects among which those of this kind are. */
  readonly sopClassUids: readonly string[];
  readonly seriesNumber: number;
  readonly seriesDescription: string;
  readonly modality: string;
  /** The SOP class of what is made. */
  readonly makes: string;
  readonly check: Check<Content>;
  /** SOP Instance UIDs that the work refers to. Each must be stored in the study. */
  references(content: Content): readonly string[];
  /**
   * The object to be stored.
   * @throws SavedError for what cannot be said in such an object
   */
  make(order: SaveOrder<Content>): DicomJson;
  /**
   * Whether a request may be saved beside what there is; absent: always.
   * @param stored all objects of the kind in the study, the newest first
   * @throws HttpError saying why not
   */
  admit?(request: SavedRequest<Content>, stored: readonly SavedObject<Content>[]): void;
  /** What a stored object says; null when it is not of this kind. Never throws for what is inside the object. */
  read(object: DicomJson): ReadObject<Content> | null;
}
