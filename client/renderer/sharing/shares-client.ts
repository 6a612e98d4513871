// What the server is asked about links: made, listed, revoked; and what the link of this page opens.
import { serverFetch } from '../shell/server-fetch.ts';
import type { ShareEnd } from './validity.ts';

/** A link as it is listed; times in ISO 8601. */
export interface Share {
  readonly id: string;
  readonly madeBy: string;
  readonly note: string;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly usedAt: string | null;
  readonly state: 'open' | 'ended' | 'revoked';
}

/** What the link of this page opens. */
export interface SharedStudy {
  readonly studyUid: string;
  readonly madeBy: string;
  readonly expiresAt: string;
}

/** The server refused, or did not answer (`code` ''). */
export class ShareError extends Error {
  override readonly name = 'ShareError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const TIMEOUT_MS = 15_000;

/** Makes a link. @returns it with its address, which is told this once */
export async function makeShare(
  studyUid: string,
  order: ShareEnd & { readonly madeBy: string; readonly note: string },
): Promise<{ share: Share; path: string }> {
  const made = (await ask(`/gateway/studies/${studyUid}/shares`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  })) as { share: Share; path: string };
  if (!/^\/shared\/[A-Za-z0-9_-]{43}$/.test(made.path)) throw new ShareError('', 'No link came.');
  return made;
}

/** The links of a study, the newest first. */
export async function sharesOf(studyUid: string): Promise<readonly Share[]> {
  return (await ask(`/gateway/studies/${studyUid}/shares`)) as readonly Share[];
}

/** Ends a link now. */
export async function revokeShare(studyUid: string, id: string): Promise<void> {
  await ask(`/gateway/studies/${studyUid}/shares/${id}`, { method: 'DELETE' });
}

/** What the link of this page opens. @throws ShareError `share-ended`, `share-revoked`, `share-unknown` when nothing any more */
export async function openShared(): Promise<SharedStudy> {
  return (await ask('/gateway/shared?outcome=in-body')) as SharedStudy;
}

async function ask(address: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response;
  let told: unknown;
  try {
    response = await serverFetch(address, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    told = await response.json();
  } catch (error) {
    throw new ShareError('', error instanceof Error ? error.message : String(error));
  }
  const { error } = (told ?? {}) as { error?: { code?: unknown; message?: unknown } };
  if (error || !response.ok) throw new ShareError(String(error?.code ?? ''), String(error?.message ?? ''));
  return told;
}
