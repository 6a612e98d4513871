// Requests to the server's HTTP side, with what the page was let in by: the token of a share link, where it is one.

/** The token in the address of a share link: 256 bits in base64url. */
const SHARED = /^\/shared\/([A-Za-z0-9_-]{43})\/?$/;

/** The token that this page was opened with; null for a page of the workstation. It stays for as long as the page. */
export const shareToken: string | null = SHARED.exec(globalThis.location?.pathname ?? '')?.[1] ?? null;

/** Whether this page is a share link's: one study, nothing beside it, nothing changed. */
export const isShared = shareToken !== null;

/** As `fetch`, for addresses of our servers only: they are told the token, nobody else may be. */
export function serverFetch(address: string, init: RequestInit = {}): Promise<Response> {
  return fetch(address, { ...init, headers: withShare(init.headers) });
}

/** Headers of a request to our servers. */
export function withShare(headers?: HeadersInit): Headers {
  const all = new Headers(headers);
  if (shareToken !== null) all.set('authorization', `Bearer ${shareToken}`);
  return all;
}
