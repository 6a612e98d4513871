// From an address to a welcomed socket, in time or not at all.
import { decodeServerMessage, encodeMessage } from '@strata/protocol/encoding';
import { ProtocolError } from '@strata/protocol/errors';
import { PROTOCOL_VERSION } from '@strata/protocol/limits';
import type { Failure, Welcome } from '@strata/protocol/messages';
import type { Clock } from './clock.ts';
import type { Socket, SocketConstructor, Timing } from './types.ts';

export interface ConnectionOptions {
  /** Names the connection in what its owner is told. */
  readonly id: number;
  readonly url: string;
  readonly webSocket: SocketConstructor;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly token: string;
  readonly client: string;
}

/**
 * Opens a socket, says hello and waits for the welcome. `welcomed` is called in the turn in which that arrives, because
 * other messages may follow in the same one. Rejects when there is no welcome within `timing.connect` ms, or when
 * `signal` aborts; the error names the address.
 */
export function greet<T>(
  options: ConnectionOptions,
  signal: AbortSignal,
  welcomed: (socket: Socket, welcome: Welcome) => T,
): Promise<T> {
  const { url, clock, timing, token, client } = options;
  return new Promise((resolve, reject) => {
    let socket: Socket;
    try {
      socket = new options.webSocket(url);
    } catch (cause) {
      reject(new Error(`${url} cannot be connected to: ${reasonOf(cause)}`, { cause }));
      return;
    }
    socket.binaryType = 'arraybuffer';
    const settle = (error: Error | null) => {
      stopTimer();
      signal.removeEventListener('abort', onAbort);
      if (!error) return;
      silence(socket);
      closeQuietly(socket);
      reject(error);
    };
    const onAbort = () => settle(new Error(`connecting to ${url} was called off`));
    const stopTimer = clock.after(timing.connect, () =>
      settle(new Error(`${url} did not answer within ${timing.connect} ms`)),
    );
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    socket.onopen = () =>
      socket.send(encodeMessage({ type: 'hello', versions: [PROTOCOL_VERSION], token, client }));
    socket.onerror = (event: { message?: unknown }) => {
      const why = typeof event.message === 'string' && event.message !== '' ? `: ${event.message}` : '';
      settle(new Error(`${url} cannot be reached${why}`));
    };
    socket.onclose = (event: { code: number; reason: string }) =>
      settle(new Error(`${url} refused the connection${closeText(event)}`));
    socket.onmessage = (event: { data: unknown }) => {
      let welcome: Welcome;
      try {
        welcome = readWelcome(event.data);
      } catch (cause) {
        const message = `${url} is not a Strata server that this client understands: ${reasonOf(cause)}`;
        settle(new Error(message, { cause }));
        return;
      }
      settle(null);
      resolve(welcomed(socket, welcome));
    };
  });
}

function readWelcome(data: unknown): Welcome {
  if (!(data instanceof ArrayBuffer)) throw new ProtocolError('malformed', 'A text message.');
  const { message } = decodeServerMessage(new Uint8Array(data));
  if (message.type === 'error') throw refused(message);
  if (message.type !== 'welcome')
    throw new ProtocolError('bad-value', `A ${message.type} before the welcome.`);
  if (message.version !== PROTOCOL_VERSION) {
    throw new ProtocolError(
      'bad-value',
      `It speaks version ${message.version}, this client ${PROTOCOL_VERSION}.`,
    );
  }
  return message;
}

function refused(failure: Failure): Error {
  return new Error(`${failure.code}: ${failure.message}`);
}

/** Why a socket closed, as the end of a sentence. */
export function closeText(event: { code: number; reason: string }): string {
  return event.reason ? ` (${event.code}: ${event.reason})` : ` (${event.code})`;
}

/** What an error says. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Hears nothing more from the socket. */
export function silence(socket: Socket): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  // Closing a socket that is still connecting makes some implementations report an error later.
  socket.onerror = () => {};
}

export function closeQuietly(socket: Socket): void {
  try {
    socket.close(1000);
  } catch {
    // Already closed, or never open: gone either way.
  }
}
