// Sends images to the gateways of several servers, one after the other, and remembers what was acknowledged.
import { readFileSync } from 'node:fs';
import type { ClusterServers } from './servers.ts';

interface Answer {
  readonly file: string;
  /** Null: stored. Otherwise why not, in words. */
  readonly refused: string | null;
  /** On the clock of `performance.now()`. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

export class Sender {
  /** The files that are stored, by SOP Instance UID. */
  readonly acknowledged = new Map<string, string>();
  readonly answers: Answer[] = [];
  readonly #servers: ClusterServers;
  readonly #files: Iterator<string>;
  #isOver = false;
  readonly #lines: Promise<void>[];

  /**
   * Begins at once.
   * @param lines how many send at the same time @param pauseMs after each answer
   */
  constructor(servers: ClusterServers, files: Iterable<string>, { lines = 2, pauseMs = 20 } = {}) {
    this.#servers = servers;
    this.#files = files[Symbol.iterator]();
    this.#lines = Array.from({ length: lines }, (_, line) => this.#send(line, pauseMs));
  }

  get refused(): Answer[] {
    return this.answers.filter(({ refused }) => refused !== null);
  }

  /** Ends when all is answered that was sent. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#lines);
  }

  /** Waits until something is acknowledged that was asked for after this moment. */
  async untilStored(after = performance.now()): Promise<Answer> {
    for (;;) {
      const found = this.answers.find(({ refused, askedAt }) => refused === null && askedAt >= after);
      if (found) return found;
      if (this.#isOver) throw new Error('nothing is sent any more');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** What is acknowledged and not there, or not as it was sent; in words. */
  async lost(): Promise<string[]> {
    const lost: string[] = [];
    let at = 0;
    for (const [uid, file] of this.acknowledged) {
      const response = await fetch(`${this.#servers.server(at++).url}/gateway/instances/${uid}/file`);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.status !== 200) lost.push(`${uid}: status ${response.status}`);
      else if (!readFileSync(file).equals(bytes)) lost.push(`${uid} is not what was sent`);
    }
    return lost;
  }

  async #send(line: number, pauseMs: number): Promise<void> {
    for (let at = line; !this.#isOver; at++) {
      const { value: file, done } = this.#files.next();
      if (done) throw new Error('there are no more images to send');
      const askedAt = performance.now();
      const refused = await this.#store(this.#servers.server(at).url, file).catch(String);
      this.answers.push({ file, refused, askedAt, answeredAt: performance.now() });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** @returns null when it is stored, otherwise what was said */
  async #store(url: string, file: string): Promise<string | null> {
    const headers = { 'content-type': 'application/dicom' };
    const response = await fetch(`${url}/gateway/instances`, {
      method: 'POST',
      headers,
      body: readFileSync(file),
    });
    const text = await response.text();
    const { outcome, sopInstanceUid } = JSON.parse(text) as { outcome?: string; sopInstanceUid?: string };
    if (response.ok && sopInstanceUid && (outcome === 'stored' || outcome === 'already')) {
      this.acknowledged.set(sopInstanceUid, file);
      return null;
    }
    return `${response.status} ${text}`;
  }
}
