// One viewer at a Strata server: connected, and at its click opens a series as the viewer does: its image first.
import { crc32c } from '@strata/codec/crc32c';
import type { InstanceManifest } from '@strata/protocol/manifest';
import type { ClientMessage, FrameRef, Level, ServerMessage } from '@strata/protocol/messages';
import { LeanSocket } from './lean-socket.ts';
import type { Click, Opening, Orders } from './opening.ts';

/** Consumed bytes are told when they are so many. */
const GRANT = 2 * 1024 * 1024;
const [STUDY, FIRST, REST] = [1, 2, 3] as const;

export class StrataViewer {
  readonly #orders: Orders;
  #socket: LeanSocket | null = null;
  #instances: InstanceManifest[] = [];
  #clickedAt = 0;
  #first = 0;
  #bytes = 0;
  #ungranted = 0;
  /** The level that is coming, and its pieces where it belongs to the first image: these are verified. */
  #level: Level | null = null;
  #pieces: Uint8Array[] = [];
  #settle: { resolve: (opening: Opening) => void; reject: (error: Error) => void } | null = null;
  #welcome: () => void = () => {};

  constructor(orders: Orders) {
    this.#orders = orders;
  }

  async connect(): Promise<void> {
    const welcomed = new Promise<void>((resolve) => {
      this.#welcome = resolve;
    });
    this.#socket = await LeanSocket.open(this.#orders.port, {
      onMessage: (message) => this.#take(message),
      onPayload: (bytes) => this.#payload(bytes),
      onEnd: () => this.#endOfLevel(),
      onClose: (why) => this.#settle?.reject(new Error(why)),
    });
    this.#send({ type: 'hello', versions: [1], token: '', client: 'bench' });
    await welcomed;
  }

  open({ series }: Click): Promise<Opening> {
    this.#clickedAt = performance.now();
    this.#send({ type: 'study', id: STUDY, uid: this.#orders.series[series]?.series ?? '' });
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  close(): void {
    this.#socket?.close();
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(message);
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#welcome();
        break;
      case 'manifest':
        if (message.part.kind === 'instances') this.#instances.push(...message.part.instances);
        if (message.last) this.#ask();
        break;
      case 'level':
        this.#level = message;
        break;
      case 'done':
        if (message.id === FIRST) this.#first = performance.now() - this.#clickedAt;
        else this.#finish();
        break;
      case 'error':
        this.#settle?.reject(new Error(`${message.code}: ${message.message}`));
        break;
    }
  }

  /** The image in the middle first, then all others, coarse levels first. */
  #ask(): void {
    const frames = this.#instances.map(({ blob }): FrameRef => ({ blob: blob ?? '', frame: 0 }));
    const middle = frames.length >> 1;
    const to = displayLevel(this.#instances[middle] as InstanceManifest, this.#orders.display);
    const first = frames.splice(middle, 1);
    this.#send({ type: 'get', id: FIRST, target: { frames: first }, from: 0, to, priority: 0 });
    this.#send({ type: 'get', id: REST, target: { frames }, from: 0, to, priority: 9 });
  }

  #payload(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#ungranted += bytes.length;
    if (this.#level?.id === FIRST) this.#pieces.push(bytes.slice());
    if (this.#ungranted < GRANT) return;
    this.#send({ type: 'credit', bytes: this.#ungranted });
    this.#ungranted = 0;
  }

  #endOfLevel(): void {
    const level = this.#level;
    this.#level = null;
    if (!level || this.#pieces.length === 0) return;
    const bytes = Buffer.concat(this.#pieces);
    if (bytes.length < level.length) return;
    this.#pieces = [];
    if (crc32c(bytes) !== level.crc32c) this.#settle?.reject(new Error('a level is damaged'));
  }

  #finish(): void {
    const all = performance.now() - this.#clickedAt;
    this.#settle?.resolve({ first: this.#first, all, images: this.#instances.length, bytes: this.#bytes });
  }
}

/** The smallest level whose longer side fills the display, or the last one. */
function displayLevel({ format, levels }: InstanceManifest, display: number): number {
  const side = Math.max(format?.width ?? 0, format?.height ?? 0);
  let level = Math.max(0, levels - 1);
  while (level > 0 && Math.ceil(side / 2 ** (levels - level)) >= display) level--;
  return level;
}
