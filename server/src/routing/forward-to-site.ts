// Sends instances to another site by STOW-RS (PS3.18 section 10.5), one in a request, a few at a time.
import { randomUUID } from 'node:crypto';
import { AwayError } from './errand-runner.ts';

/** How one instance fared: taken, or refused for a reason. */
export type Delivered = { readonly taken: true } | { readonly taken: false; readonly reason: string };

const TIMEOUT_MS = 5 * 60_000;
const MAX_ANSWER_BYTES = 1 << 20;
/** Statuses that say nothing about the instance. */
const AWAY = new Set([408, 429, 502, 503, 504, 507]);

/**
 * Sends one Part 10 file.
 * @param address where STOW-RS takes studies, as `https://site/dicom-web/studies`
 * @param headers sent beside those of STOW-RS
 * @throws AwayError when the site does not answer, or says that it cannot take anything now
 */
export async function stow(
  address: string,
  file: Uint8Array,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Delivered> {
  const boundary = `strata-${randomUUID()}`;
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const all = new Headers(headers);
  all.set('content-type', `multipart/related; type="application/dicom"; boundary=${boundary}`);
  all.set('accept', 'application/dicom+json');
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: all,
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (cause) {
    throw new AwayError(`${address} does not answer: ${reasonOf(cause)}`, { cause });
  }
  const answer = await shortText(response);
  if (AWAY.has(response.status)) throw new AwayError(`${address} answers ${response.status}.`);
  // One instance that is stored with a warning is not among those that failed (PS3.18 table 10.5.3-1).
  if (response.status === 200 || (response.status === 202 && failedInstance(answer) === null)) {
    return { taken: true };
  }
  return { taken: false, reason: `${address} answers ${response.status}${failureReason(answer)}` };
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : String(inner);
}

async function shortText(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_BYTES) break;
  }
  return text;
}

/** ', failure reason 0110H' of the first failed instance in a STOW-RS answer, or ''. */
function failureReason(answer: string): string {
  const reason = failedInstance(answer)?.['00081197']?.Value?.[0];
  return typeof reason === 'number' ? `, failure reason ${reason.toString(16).toUpperCase()}H` : '';
}

type Answered = Record<string, { readonly Value?: unknown[] } | undefined>;

/** The first item of Failed SOP Sequence (0008,1198); null when there is none, and for answers that are no JSON. */
function failedInstance(answer: string): Answered | null {
  try {
    const json = JSON.parse(answer) as Answered;
    return (json['00081198']?.Value?.[0] as Answered | undefined) ?? null;
  } catch {
    return null;
  }
}
