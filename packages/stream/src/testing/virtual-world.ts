// A virtual clock, and servers on it that fail in every way that servers fail: for simulations without sockets.
import { seeded } from './seeded.ts';

/** What is wrong with a server for a while. */
export type Fault =
  | 'dead' // connections break, nobody answers calls
  | 'hung' // connections stay, nothing moves
  | 'slow' // answers take 50 times as long
  | 'cut' // connections break once
  | 'half-open' // what is sent to the client is lost
  | 'garbage' // an answer is not the protocol: the client ends the connection
  | 'leaving' // goaway, then gone
  | 'overloaded' // refuses
  | 'corrupt' // levels have wrong checksums
  | 'missing'; // does not hold what is asked for

export const FAULTS: readonly Fault[] = [
  ...(['dead', 'hung', 'slow', 'cut', 'half-open'] as const),
  ...(['garbage', 'leaving', 'overloaded', 'corrupt', 'missing'] as const),
];

export interface VirtualServer {
  readonly id: string;
  readonly urls: readonly string[];
  readonly site: string;
  /** Milliseconds to the first byte when all is well. */
  readonly latency: number;
  /** Nothing ever happens to it. */
  readonly isSafe: boolean;
  fault: Fault | null;
}

/** Things to happen, in the order of their time. */
export class VirtualClock {
  now = 0;
  readonly random: () => number;
  #queue: { at: number; order: number; run: () => void }[] = [];
  #order = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  after(delay: number, run: () => void): void {
    const at = this.now + Math.max(0, delay);
    const order = this.#order++;
    let place = this.#queue.length;
    while (place > 0 && (this.#queue[place - 1] as { at: number }).at > at) place--;
    this.#queue.splice(place, 0, { at, order, run });
  }

  /** Lets the next thing happen, unless that is later than `until`. @returns whether anything did */
  step(until: number): boolean {
    const next = this.#queue[0];
    if (!next || next.at > until) return false;
    this.#queue.shift();
    this.now = next.at;
    next.run();
    return true;
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

/** Between one and four servers, at one or two sites; often one of them is safe. */
export function virtualServers(clock: VirtualClock): VirtualServer[] {
  const count = 1 + clock.below(4);
  const safe = clock.random() < 0.7 ? clock.below(count) : -1;
  return Array.from({ length: count }, (_, i) => ({
    id: `server ${i}`,
    urls: clock.random() < 0.3 ? [`ws://inside/${i}`, `ws://outside/${i}`] : [`ws://outside/${i}`],
    site: clock.random() < 0.3 ? 'far' : 'near',
    latency: 2 + clock.below(20),
    isSafe: i === safe,
    fault: null,
  }));
}
