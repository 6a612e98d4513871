// The address of the page as state: which page is shown and with which query, both ways.
import { signal } from '@preact/signals';

/** Path and query of the page, as the address bar shows them. */
export interface PageLocation {
  readonly path: string;
  /** Starts with '?' or is empty. */
  readonly search: string;
}

/** Outside of a page, as tests are, it is the worklist. */
const read = (): PageLocation => ({
  path: globalThis.location?.pathname ?? '/',
  search: globalThis.location?.search ?? '',
});

/** Where the page is now. */
export const pageLocation = signal<PageLocation>(read());

/** What an address asked for as a study that is none; the worklist, which is shown instead, says so. '' for nothing. */
export const askedInVain = signal('');

let worklistSearch = '';

function follow(): void {
  const asked = noStudyOf(location.pathname);
  // Once it is said, the address is that of what is seen.
  if (asked) history.replaceState(null, '', `/${worklistSearch}`);
  if (asked || routeOf(location.pathname).page === 'study') askedInVain.value = asked;
  pageLocation.value = read();
  if (location.pathname === '/') worklistSearch = location.search;
}

/** Follows the browser's back and forward buttons. Called once. */
export function followHistory(): void {
  addEventListener('popstate', follow);
  follow();
}

/** Goes to another page; back returns here. */
export function goTo(address: string): void {
  history.pushState(null, '', address);
  follow();
}

/** Goes to the worklist as it was filtered last. */
export function goToWorklist(): void {
  goTo(`/${worklistSearch}`);
}

/** Changes the query in place, without a step for the back button. */
export function replaceSearch(search: string): void {
  if (search === location.search) return;
  history.replaceState(null, '', location.pathname + search);
  follow();
}

/** The pages there are. */
export type Route =
  | { readonly page: 'worklist' | 'shared' }
  | { readonly page: 'study'; readonly uid: string };

const mostShown = 80;

/** What a path names as a study that cannot be one; '' for all other paths. */
export function noStudyOf(path: string): string {
  const asked = /^\/study\/(.+?)\/?$/.exec(path)?.[1];
  if (!asked || routeOf(path).page === 'study') return '';
  const text = asked.replace(/%[0-9a-f]{2}/gi, (byte) => (byte === '%20' ? ' ' : byte));
  return text.length > mostShown ? `${text.slice(0, mostShown)} …` : text;
}

/** The page that a path names; unknown paths are the worklist. DICOM UIDs are digits and dots, at most 64. */
export function routeOf(path: string): Route {
  if (path.startsWith('/shared/')) return { page: 'shared' };
  const uid = /^\/study\/([0-9.]{1,64})\/?$/.exec(path)?.[1];
  return uid ? { page: 'study', uid } : { page: 'worklist' };
}
