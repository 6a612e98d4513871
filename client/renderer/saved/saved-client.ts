// Saved work over HTTP: what a study has of a kind, and more of it.
import type { Check } from '@strata/protocol/checks';
import {
  type SavedAnswer,
  type SavedKindName,
  type SavedReceipt,
  type SavedRequest,
  savedAnswer,
  savedReceipt,
} from '@strata/protocol/saved';
import { serverFetch } from '../shell/server-fetch.ts';
import { savedTexts } from '../words/saved.ts';

interface Refusal {
  readonly isRefusal?: boolean;
}

/** Why work could not be saved or read, for people. */
export class SavedError extends Error {
  override readonly name = 'SavedError';
  /** The server's word for it; 'unreachable' when it did not answer, 'not-understood' when its answer is none. */
  readonly code: string;
  /** The server said no: nothing was saved. Otherwise that is not known. */
  readonly isRefusal: boolean;

  constructor(code: string, message: string, { cause, isRefusal = false }: ErrorOptions & Refusal = {}) {
    super(message, { cause });
    this.code = code;
    this.isRefusal = isRefusal;
  }
}

/** How long an answer is waited for, in ms: saving is durable on several servers first. */
const PATIENCE = 30_000;

/**
 * All objects of a kind that a study has, the newest first.
 * @param content checks what the kind has of its own
 * @throws SavedError; what aborts the signal
 */
export function loadSaved<Content>(
  kind: SavedKindName,
  studyUid: string,
  content: Check<Content>,
  signal?: AbortSignal,
): Promise<SavedAnswer<Content>> {
  return answered(addressOf(kind, studyUid), {}, savedAnswer(content), signal);
}

/** Saves work of a kind. It is safe when this returns; sent again under its id it is saved once. @throws SavedError */
export function postSaved<Content>(
  kind: SavedKindName,
  studyUid: string,
  request: SavedRequest<Content>,
): Promise<SavedReceipt> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(request);
  // What is small leaves even when the page is being closed; browsers take no more than 64 KiB of it.
  const init = { method: 'POST', headers, body, keepalive: body.length < 20_000 };
  return answered(addressOf(kind, studyUid), init, savedReceipt);
}

function addressOf(kind: SavedKindName, studyUid: string): string {
  return `/gateway/studies/${encodeURIComponent(studyUid)}/saved/${kind}`;
}

async function answered<Answer>(
  address: string,
  init: RequestInit,
  check: Check<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  const late = AbortSignal.timeout(PATIENCE);
  let response: Response;
  try {
    response = await serverFetch(address, {
      ...init,
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new SavedError('unreachable', savedTexts.value.unreachable, { cause: error });
  }
  if (!response.ok) throw await refusalIn(response);
  try {
    return check(await response.json());
  } catch (error) {
    signal?.throwIfAborted();
    throw new SavedError('not-understood', savedTexts.value.notUnderstood, { cause: error });
  }
}

async function refusalIn(response: Response): Promise<SavedError> {
  const { error } = ((await response.json().catch(() => null)) ?? {}) as {
    error?: { code?: unknown; message?: unknown };
  };
  const code = typeof error?.code === 'string' ? error.code : String(response.status);
  const why = typeof error?.message === 'string' ? error.message : '';
  const isRefusal = response.status < 500;
  return new SavedError(code, savedTexts.value.refused(why || String(response.status)), { isRefusal });
}
