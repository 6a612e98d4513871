// Sends one file to the gateway, telling how much of it has left.
import { withShare } from '../shell/server-fetch.ts';

/** What the gateway says of a file: 'stored' and 'already' mean durable. */
export interface StoreAnswer {
  readonly outcome: 'stored' | 'already' | 'refused';
  readonly studyInstanceUid: string | null;
  /** Why it was refused, for programs and for people (English). */
  readonly code: string;
  readonly reason: string;
}

/** No answer came: the server may have stored the file or not, and is asked again. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** Without a byte or an answer for so long, nobody is there any more; coding a large file takes its time. */
const SILENCE_MS = 120_000;

/**
 * @param server the address of a server without a path; '' for the one that the page came from
 * @param onSent told the bytes that have left, growing
 * @throws NoAnswerError, and the signal's reason
 */
export function sendFile(
  server: string,
  file: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // fetch does not tell how much of a body has left.
    const request = new XMLHttpRequest();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE_MS);
    };
    const onAbort = () => request.abort();
    request.open('POST', `${server}/gateway/instances?outcome=in-body`);
    for (const [name, value] of withShare({ 'content-type': 'application/dicom' }))
      request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => {
      heard();
      onSent(loaded);
    };
    request.onloadend = () => {
      clearTimeout(silence);
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) return reject(signal.reason);
      const answer = request.status === 0 ? null : readAnswer(request.responseText);
      if (answer) resolve(answer);
      else reject(new NoAnswerError(`No answer of the gateway (${request.status}).`));
    };
    signal.addEventListener('abort', onAbort);
    heard();
    request.send(file);
  });
}

/** The gateway's answer, or an error of the server; null for what is neither. */
export function readAnswer(text: string): StoreAnswer | null {
  let told: unknown;
  try {
    told = JSON.parse(text.slice(0, 65_536));
  } catch {
    return null;
  }
  const { outcome, studyInstanceUid, code, reason, error } = (told ?? {}) as Record<string, unknown>;
  const { code: errorCode, message } = (error ?? {}) as Record<string, unknown>;
  if (typeof errorCode === 'string')
    return { outcome: 'refused', studyInstanceUid: null, code: errorCode, reason: String(message ?? '') };
  if (outcome !== 'stored' && outcome !== 'already' && outcome !== 'refused') return null;
  return {
    outcome,
    studyInstanceUid: typeof studyInstanceUid === 'string' ? studyInstanceUid : null,
    code: String(code ?? ''),
    reason: String(reason ?? ''),
  };
}
