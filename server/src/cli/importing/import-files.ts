// Imports everything that is found, several files at a time, and remembers what became of each.
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestAnswer } from '../../gateway/outcome.ts';
import { GoneError, sendFile } from './send-file.ts';
import type { Found, Source } from './source.ts';

/** The workers are few; more connections only keep them from waiting for the disk. */
const CONNECTIONS = 8;
/** Pauses before a file is sent again that was refused because the database was away. */
const RETRY_PAUSES_MS = [1000, 3000];

export interface FileResult extends Omit<IngestAnswer, 'outcome'> {
  readonly file: string;
  readonly bytes: number;
  /**
   * 'skipped' is a DICOMDIR (the list of a medium's files holds nothing itself) or Strata's own data folder: nothing is
   * missing without it.
   */
  readonly outcome: IngestAnswer['outcome'] | 'skipped';
}

/**
 * Sends all files to the Strata at `url`.
 * @param onResult told of each file as it is done, in the order of their ends
 * @throws GoneError when Strata stops answering; what was told until then stays true
 */
export async function importFiles(
  url: string,
  found: Iterable<Found>,
  onResult: (result: FileResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const waiting = found[Symbol.iterator]();
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const work = async () => {
    for (let next = waiting.next(); !next.done && !either.aborted; next = waiting.next()) {
      if ('unusable' in next.value) onResult(unusable(next.value.unusable));
      else onResult(await send(url, agent, next.value.source, either));
    }
  };
  const lane = () =>
    work().catch((error) => {
      failed.abort(error);
      throw error;
    });
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    signal.throwIfAborted();
  } catch (error) {
    throw failed.signal.reason instanceof GoneError ? failed.signal.reason : error;
  } finally {
    agent.destroy();
  }
}

async function send(url: string, agent: Agent, source: Source, signal: AbortSignal): Promise<FileResult> {
  const named = { file: source.name, bytes: source.bytes };
  for (const pause of RETRY_PAUSES_MS) {
    const answer = await sendFile(url, agent, source, signal);
    if (answer.code !== 'metadata-unavailable') return { ...named, ...resultOf(answer) };
    await sleep(pause, undefined, { signal });
  }
  return { ...named, ...resultOf(await sendFile(url, agent, source, signal)) };
}

function resultOf(answer: IngestAnswer): Omit<FileResult, 'file' | 'bytes'> {
  return answer.code === 'directory' ? { ...answer, outcome: 'skipped' } : answer;
}

function unusable({ name, code, reason }: { name: string; code: string; reason: string }): FileResult {
  return { file: name, bytes: 0, outcome: code === 'data-folder' ? 'skipped' : 'refused', code, reason };
}
