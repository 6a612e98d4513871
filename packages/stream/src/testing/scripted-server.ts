// A WebSocket server that does what a test tells it, for what a good server never does.
import { crc32c } from '@strata/codec/crc32c';
import { decodeClientMessage, encodeMessage } from '@strata/protocol/encoding';
import type { ClientMessage, Level, ServerMessage, Welcome } from '@strata/protocol/messages';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** One connection as the script sees it. */
export interface Peer {
  /** 1 for the first connection of this server. */
  readonly number: number;
  send(message: ServerMessage, payload?: Uint8Array): void;
  /** Sends level `level` of a frame whose bytes are `bytesOf`. */
  level(id: number, blob: string, frame: number, level: number, change?: Partial<Level>): void;
  readonly socket: WebSocket;
}

export interface ScriptedServer {
  readonly url: string;
  /** Everything that clients have said, in order. */
  readonly heard: ClientMessage[];
  /** Resolves when clients have sent `count` messages of the type; with the last of these. */
  until<T extends ClientMessage['type']>(
    type: T,
    count?: number,
  ): Promise<Extract<ClientMessage, { type: T }>>;
  connections: number;
}

export const welcome: Welcome = {
  type: 'welcome',
  version: 1,
  serverId: 'scripted',
  name: 'Scripted',
  pool: [],
  limits: { credit: 1_000_000, maxRequests: 8, maxFrames: 1024, silence: 60_000 },
};

/** The bytes of a level in these tests. */
export function bytesOf(blob: string, frame: number, level: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length: 10 + level * 10 },
    (_, i) => blob.charCodeAt(0) + frame * 31 + level * 7 + i,
  );
}

/** Starts a server until the test is over. `script` is called for every message but hello and ping. */
export async function scriptedServer(
  script: (message: ClientMessage, peer: Peer) => void,
  onConnection: (peer: Peer) => void = (peer) => peer.send(welcome),
): Promise<ScriptedServer> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => void sockets.once('listening', resolve));
  const { port } = sockets.address() as { port: number };
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  let wake: () => void = () => {};
  const server: ScriptedServer = {
    url: `ws://127.0.0.1:${port}/stream`,
    heard: [],
    connections: 0,
    async until(type, count = 1) {
      for (;;) {
        const found = server.heard.filter((message) => message.type === type)[count - 1];
        if (found) return found as never;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
  sockets.on('connection', (socket) => {
    const peer: Peer = {
      number: ++server.connections,
      socket,
      send: (message, payload) => socket.send(encodeMessage(message, payload)),
      level(id, blob, frame, level, change) {
        const bytes = bytesOf(blob, frame, level);
        const { byteLength: length } = bytes;
        const fixed = {
          type: 'level',
          id,
          blob,
          frame,
          level,
          crc32c: crc32c(bytes),
          offset: 0,
          length,
        } as const;
        peer.send({ ...fixed, ...change }, bytes);
      },
    };
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const { message } = decodeClientMessage(data as Buffer);
      server.heard.push(message);
      if (message.type === 'hello') onConnection(peer);
      else if (message.type === 'ping') peer.send({ type: 'pong', id: message.id });
      else script(message, peer);
      wake();
    });
  });
  return server;
}

/** Answers a get for `levels` levels a frame as a good server does. */
export function answer(message: ClientMessage, peer: Peer, levels = 3): void {
  if (message.type !== 'get' || !('frames' in message.target)) return;
  let count = 0;
  let bytes = 0;
  for (let level = message.from; level <= Math.min(message.to, levels - 1); level++) {
    for (const { blob, frame } of message.target.frames) {
      peer.level(message.id, blob, frame, level);
      bytes += bytesOf(blob, frame, level).byteLength;
      count++;
    }
  }
  peer.send({ type: 'done', id: message.id, levels: count, bytes });
}
