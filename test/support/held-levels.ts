// Sits between a page and the server and holds back the finer levels of images until the test lets them go.
import { decodeServerMessage } from '@strata/protocol/encoding';
import type { Page, WebSocketRoute } from 'playwright-core';

export class HeldLevels {
  #above: number;
  readonly #held: { page: WebSocketRoute; message: string | Buffer }[] = [];

  private constructor(above: number) {
    this.#above = above;
  }

  /** Holds every level above the given one. Must come before the page is opened. */
  static async of(page: Page, above: number): Promise<HeldLevels> {
    const held = new HeldLevels(above);
    await page.routeWebSocket(/\/stream$/, (socket) => held.#join(socket));
    return held;
  }

  /** Messages held back now. */
  get count(): number {
    return this.#held.length;
  }

  /** Lets everything go, now and from now on. */
  release(): void {
    this.#above = Number.POSITIVE_INFINITY;
    for (const { page, message } of this.#held.splice(0)) page.send(message);
  }

  /** Lets nothing more of what is held go: its server is no longer there. */
  forget(): void {
    this.#held.length = 0;
  }

  #join(page: WebSocketRoute): void {
    const requests = new Set<number>();
    page.connectToServer().onMessage((message) => {
      if (this.#mayPass(message, requests)) page.send(message);
      else this.#held.push({ page, message });
    });
  }

  /** What follows a held level of a request is held too: its end must not come before it. */
  #mayPass(message: string | Buffer, requests: Set<number>): boolean {
    if (typeof message === 'string' || this.#above === Number.POSITIVE_INFINITY) return true;
    const envelope = decodeServerMessage(new Uint8Array(message)).message;
    if (envelope.type === 'level' && envelope.level > this.#above) requests.add(envelope.id);
    return !('id' in envelope && envelope.id !== null && requests.has(envelope.id));
  }
}
