// Fetches one original file from one server and proves that it is what the server says it is.
import { withShare } from '../shell/server-fetch.ts';

/** The server does not give the file; another may. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  /** `missing`: it has no such file; `damaged`: other bytes came than it announced. */
  readonly code: 'no-answer' | 'missing' | 'damaged';

  constructor(code: FetchError['code'], cause?: unknown) {
    super(`A server did not give a file: ${code}.`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Without a byte for so long, a server is given up. */
const SILENCE_MS = 60_000;
/** Most bytes of one file: what the gateway takes. */
const MAX_FILE_BYTES = 2 * 1024 ** 3;

/**
 * @param server the address of a server without a path; '' for the one that the page came from
 * @param onBytes told how many bytes have come
 * @throws FetchError, and the signal's reason
 */
export async function fetchFile(
  server: string,
  sopInstanceUid: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const silent = new AbortController();
  let silence = setTimeout(() => silent.abort(), SILENCE_MS);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => silent.abort(), SILENCE_MS);
  };
  try {
    const address = `${server}/gateway/instances/${encodeURIComponent(sopInstanceUid)}/file`;
    const response = await fetch(address, {
      headers: withShare(),
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (response.status === 404) throw new FetchError('missing');
    if (!response.ok || !response.body) throw new FetchError('no-answer');
    const length = lengthOf(response);
    const bytes = new Uint8Array(length);
    let filled = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      heard();
      if (filled + value.length > length) throw new FetchError('damaged');
      bytes.set(value, filled);
      filled += value.length;
      onBytes(filled);
    }
    if (filled !== length) throw new FetchError('damaged');
    await checkDigest(bytes, response.headers.get('repr-digest'));
    return bytes;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof FetchError ? error : new FetchError('no-answer', error);
  } finally {
    clearTimeout(silence);
  }
}

function lengthOf({ headers }: Response): number {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (Number.isSafeInteger(length) && length >= 0 && length <= MAX_FILE_BYTES) return length;
  throw new FetchError('damaged');
}

/** The digest of RFC 9530, by which the server says what it sent. */
async function checkDigest(bytes: Uint8Array<ArrayBuffer>, header: string | null): Promise<void> {
  const told = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):/.exec(header ?? '')?.[1];
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  if (told !== btoa(String.fromCharCode(...digest))) throw new FetchError('damaged');
}
