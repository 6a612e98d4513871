// Sends one file to the gateway and returns its answer.
import { type Agent, request } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type IngestAnswer, MAX_FILE_BYTES } from '../../gateway/outcome.ts';
import { ChangedError, ExactLength } from './exact-length.ts';
import type { Source } from './source.ts';

/** Strata stopped answering in the middle; sending more makes no sense. */
export class GoneError extends Error {
  override readonly name = 'GoneError';
}

const MAX_ANSWER = 64 * 1024;

/**
 * @param url of the running Strata @param agent keeps the connections
 * @returns the gateway's answer; a file that cannot be read or is too large is refused here
 * @throws GoneError when there is no answer
 */
export async function sendFile(
  url: string,
  agent: Agent,
  source: Source,
  signal: AbortSignal,
): Promise<IngestAnswer> {
  if (source.bytes > MAX_FILE_BYTES) {
    return refused(
      'too-large',
      `It has more than ${MAX_FILE_BYTES / 2 ** 20} MiB, the most that is taken in.`,
    );
  }
  let content: Readable;
  try {
    content = await source.open();
  } catch (error) {
    return refused('unreadable', `It cannot be read: ${messageOf(error)}`);
  }
  return post(`${url}/gateway/instances`, agent, source, content, signal);
}

async function post(
  url: string,
  agent: Agent,
  source: Source,
  content: Readable,
  signal: AbortSignal,
): Promise<IngestAnswer> {
  const unreadable: { error?: Error | undefined } = {};
  content.once('error', (error) => {
    unreadable.error = error;
  });
  const outgoing = request(url, {
    agent,
    signal,
    method: 'POST',
    headers: { 'content-type': 'application/dicom', 'content-length': source.bytes },
  });
  const answer = new Promise<IngestAnswer>((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      readAnswer(response).then(resolve, reject);
      // An early answer is a refusal: the rest of the file need not travel.
      if (!outgoing.writableEnded) content.destroy();
    });
  });
  const sending = pipeline(content, new ExactLength(source.bytes), outgoing).catch((error) => {
    unreadable.error ??= error instanceof ChangedError ? error : undefined;
  });
  try {
    return await answer;
  } catch (error) {
    signal.throwIfAborted();
    await sending; // it knows whether it was the file's fault
    if (unreadable.error) return refused('unreadable', `It cannot be read: ${unreadable.error.message}`);
    throw new GoneError(`Strata stopped answering (${messageOf(error)}).`, { cause: error });
  } finally {
    await sending;
  }
}

async function readAnswer(response: AsyncIterable<Uint8Array>): Promise<IngestAnswer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Partial<IngestAnswer> & {
    error?: { code: string; message: string };
  };
  if (body.error) return refused(body.error.code, body.error.message);
  if (body.outcome === undefined) throw new Error('the answer is not one of the gateway');
  return body as IngestAnswer;
}

function refused(code: string, reason: string): IngestAnswer {
  return { outcome: 'refused', code, reason };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
