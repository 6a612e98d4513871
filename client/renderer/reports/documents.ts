// What the server reads of objects without images: asked for when one is looked at, and its files opened without trust.
import { checkDocument, type DocumentAnswer } from '@strata/protocol/documents';
import { LRUCache } from 'lru-cache';
import { isShared, serverFetch } from '../shell/server-fetch.ts';

/** Stored objects never change. */
const kept = new LRUCache<string, DocumentAnswer>({ max: 32 });

const addressOf = (instanceUid: string) => `/gateway/instances/${encodeURIComponent(instanceUid)}/document`;

/** Reads an object. @throws what fetch throws, Error when the server refuses, ProtocolError */
export async function loadDocument(instanceUid: string, signal: AbortSignal): Promise<DocumentAnswer> {
  const known = kept.get(instanceUid);
  if (known) return known;
  const response = await serverFetch(addressOf(instanceUid), { signal });
  if (!response.ok) throw new Error(await reasonOf(response));
  const answer = checkDocument(await response.json());
  kept.set(instanceUid, answer);
  return answer;
}

/** The address of the file inside an object, that a tab of its own may open; null on pages whose requests carry a token. */
export function fileAddress(instanceUid: string): string | null {
  return isShared ? null : `${addressOf(instanceUid)}/file`;
}

/** The bytes of the file inside an object. @throws as `loadDocument` */
export async function loadFile(instanceUid: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await serverFetch(`${addressOf(instanceUid)}/file`, { signal });
  if (!response.ok) throw new Error(await reasonOf(response));
  return new Uint8Array(await response.arrayBuffer());
}

/** Fetches a file and opens or saves it as what the server says that it is. @throws as `loadDocument` */
export async function openFile(instanceUid: string): Promise<void> {
  const response = await serverFetch(`${addressOf(instanceUid)}/file`);
  if (!response.ok) throw new Error(await reasonOf(response));
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  Object.assign(link, { href: address, target: '_blank', rel: 'noopener noreferrer' });
  link.click();
  // The new tab has read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function reasonOf(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => null);
  const message = (answer as { error?: { message?: unknown } } | null)?.error?.message;
  return typeof message === 'string' ? message : `HTTP ${response.status}`;
}
