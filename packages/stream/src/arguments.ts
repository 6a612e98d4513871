// Checks what callers ask for, so that their mistakes end here and do not look like a broken client to the server.
import type { Check } from '@strata/protocol/checks';
import { ProtocolError } from '@strata/protocol/errors';
import { digest, frameIndex, uid } from '@strata/protocol/fields';
import { FULL_LEVEL, MAX_LEVEL, MAX_PRIORITY, MAX_TOKEN } from '@strata/protocol/limits';
import type { FrameRef } from '@strata/protocol/messages';
import { checkWorklistQuery } from '@strata/protocol/worklist';
import { StreamError } from './errors.ts';
import type { SocketConstructor, StrataClientOptions, Timing } from './types.ts';

const DEFAULT_TIMING: Timing = {
  connect: 1000,
  stagger: 250,
  hedge: 20,
  suspect: 150,
  heartbeat: 5000,
  silence: 5000,
  progress: 10_000,
  backoff: 100,
  backoffMost: 5000,
  giveUp: 30_000,
  stats: 250,
};
const DEFAULT_CACHE_BYTES = 256 * 1024 * 1024;

export interface Settings {
  readonly servers: readonly string[];
  readonly webSocket: SocketConstructor;
  readonly cacheBytes: number;
  readonly token: string;
  readonly client: string;
  readonly timing: Timing;
  readonly random: () => number;
  readonly site: string | null;
}

/** The options of a client with the defaults in place. Throws StreamError 'bad-request'. */
export function settingsOf(options: StrataClientOptions): Settings {
  const webSocket = options.webSocket ?? (globalThis.WebSocket as unknown as SocketConstructor | undefined);
  if (!webSocket) throw refusal('There is no WebSocket here: pass one as `webSocket`.');
  if (options.servers.length === 0) throw refusal('Name at least one server.');
  const { servers, token = '', client = 'strata-stream', random = Math.random } = options;
  if (token.length > MAX_TOKEN || client.length > 256)
    throw refusal('The token or the name of the client is too long.');
  return {
    ...{ servers, webSocket, token, client, random },
    site: options.site ?? null,
    cacheBytes: options.cacheBytes ?? DEFAULT_CACHE_BYTES,
    timing: { ...DEFAULT_TIMING, ...options.timing },
  };
}

/** Throws StreamError 'bad-request', saying what of the query is wrong. */
export const checkQuery = checked('The worklist query', checkWorklistQuery);
/** Throws StreamError 'bad-request' for what cannot be a UID. */
export const checkUid = checked('The UID', uid);
const checkBlob = checked('A blob', digest);
const checkFrame = checked('A frame', frameIndex);

/** Throws StreamError 'bad-request'. */
export function checkFrames(frames: readonly FrameRef[]): void {
  for (const { blob, frame } of frames) {
    checkBlob(blob);
    checkFrame(frame);
  }
}

/** Throws StreamError 'bad-request'. */
export function checkRange(from: number, to: number): void {
  const whole = Number.isInteger(from) && Number.isInteger(to);
  if (!whole || from < 0 || from > MAX_LEVEL || to < from || (to > MAX_LEVEL && to !== FULL_LEVEL)) {
    throw refusal(`No range of levels: ${from} to ${to}.`);
  }
}

/** Throws StreamError 'bad-request'. */
export function checkPriority(priority: number): void {
  if (!Number.isInteger(priority) || priority < 0 || priority > MAX_PRIORITY) {
    throw refusal(`A priority is a whole number from 0 to ${MAX_PRIORITY}, not ${priority}.`);
  }
}

function checked<T>(what: string, check: Check<T>): (value: T) => void {
  return (value) => {
    try {
      check(value);
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      throw refusal(`${what}: ${cause.message}.`, cause);
    }
  };
}

function refusal(message: string, cause?: unknown): StreamError {
  return new StreamError('bad-request', message, { cause });
}
