// Work that people save with a study, as pages and servers exchange it: what every kind of it has in common.
import { at, type Check, flag, list, object, optional, pattern, text } from './checks.ts';
import { uid, words } from './fields.ts';

/** What can be saved: each has an address `/gateway/studies/UID/saved/<kind>`. */
export type SavedKindName = 'measurements' | 'key-images' | 'presentations' | 'reports';

/** Objects of a kind that one answer has at most; versions that one request may follow on; notes on what cannot be read. */
export const MAX_SAVED = 200;
const MAX_PREDECESSORS = 50;
export const MAX_UNREAD = 200;
/** Characters of an author's name: a component group of a DICOM name has 64. */
export const MAX_AUTHOR = 64;

/** What a page asks to be saved. */
export interface SavedRequest<Content> {
  /** A UUID that the page made for it: sent again under the same one, it is not saved twice. */
  readonly id?: string;
  /** As a DICOM name, `Family^Given`, or as people write it. */
  readonly author: string;
  /** SOP Instance UIDs of the objects that this one takes the place of. */
  readonly predecessors: readonly string[];
  readonly content: Content;
}

/** Where it was saved. */
export interface SavedReceipt {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** As in SavedObject. */
  readonly at: string;
}

/** An object that is stored. */
export interface SavedObject<Content> {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** As it stands in the object; '' when nobody is named. */
  readonly author: string;
  /** `YYYY-MM-DDTHH:MM:SS.mmm` by the clock of whoever made it; '' when that is not said. */
  readonly at: string;
  /** The program that made it: `Strata` for ours; '' when that is not said. */
  readonly maker: string;
  readonly title: string;
  /** SOP Instance UIDs of the versions that it follows on. */
  readonly predecessors: readonly string[];
  /** Whether another stored object follows on it. */
  readonly superseded: boolean;
  readonly content: Content;
  /** What of it could not be read, in words. */
  readonly unread: readonly string[];
}

/** All objects of a kind in a study, the newest first. */
export interface SavedAnswer<Content> {
  readonly objects: readonly SavedObject<Content>[];
  /** What of the study could not be read, in words. */
  readonly problems: readonly string[];
}

/** A name without what divides values and without control characters. */
const author = pattern(/^[^\\\p{Cc}]*[^\\\s\p{Cc}][^\\\p{Cc}]*$/u, MAX_AUTHOR, 'a name');

const uuid = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 36, 'a UUID in lower-case hexadecimal');

const requestHead = object<Omit<SavedRequest<unknown>, 'content'>>({
  id: optional(uuid),
  author,
  predecessors: list(uid, MAX_PREDECESSORS),
});

/** The SOP Instance UID of what a request with this id saves: its UUID under 2.25 (PS3.5 annex B.2). */
export function uidOfRequest(id: string): string {
  return `2.25.${BigInt(`0x${id.replaceAll('-', '')}`)}`;
}

/** Checks a request whose content `content` checks. */
export function savedRequest<Content>(content: Check<Content>): Check<SavedRequest<Content>> {
  return (value) => ({ ...requestHead(value), content: contentOf(value, content) });
}

/** Checks the answer to a request. */
export const savedReceipt: Check<SavedReceipt> = object({
  sopInstanceUid: uid,
  seriesInstanceUid: uid,
  at: text(32),
});

const objectHead = object<Omit<SavedObject<unknown>, 'content'>>({
  sopInstanceUid: uid,
  seriesInstanceUid: uid,
  author: words,
  at: text(32),
  maker: words,
  title: words,
  predecessors: list(uid, MAX_SAVED),
  superseded: flag,
  unread: list(words, MAX_UNREAD),
});

/** Checks an answer of objects whose content `content` checks. */
export function savedAnswer<Content>(content: Check<Content>): Check<SavedAnswer<Content>> {
  const saved: Check<SavedObject<Content>> = (value) => ({
    ...objectHead(value),
    content: contentOf(value, content),
  });
  return object({ objects: list(saved, MAX_SAVED), problems: list(words, MAX_UNREAD) });
}

/** Called when the value is known to be an object. */
function contentOf<Content>(value: unknown, check: Check<Content>): Content {
  return at('.content', check, (value as { readonly content?: unknown }).content);
}
