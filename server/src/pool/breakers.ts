// Which peers are better not asked for a while, because they were just found hung, gone or broken. Pure but for the clock.

/** A peer, and the start of its process: a new start is a new chance. */
export interface Start {
  readonly id: string;
  readonly boot: string;
}

interface Breaker {
  boot: string;
  failures: number;
  slow: number;
  /** On the clock that was given; 0 while closed. */
  openUntil: number;
  probing: boolean;
}

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
/** So often in a row another peer was faster to answer, until it counts as a failure. */
const SLOW_LIMIT = 2;

export class Breakers {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #breakers = new Map<string, Breaker>();

  /** @param now in milliseconds, never going back @param random from 0 to 1, for the jitter */
  constructor(now: () => number = () => performance.now(), random: () => number = Math.random) {
    this.#now = now;
    this.#random = random;
  }

  /** Whether the peer is better not asked now. After the pause one question is let through to try it. */
  isOpen(peer: Start): boolean {
    const breaker = this.#of(peer);
    if (breaker.openUntil === 0) return false;
    return breaker.probing || this.#now() < breaker.openUntil;
  }

  /** A question to the peer begins. */
  asked(peer: Start): void {
    const breaker = this.#of(peer);
    if (breaker.openUntil !== 0) breaker.probing = true;
  }

  /** It answered, be it with a refusal. */
  succeeded(peer: Start): void {
    this.#breakers.delete(peer.id);
  }

  /** It was unreachable, hung, or not itself: the pause doubles each time. */
  failed(peer: Start): void {
    const breaker = this.#of(peer);
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(10, breaker.failures));
    breaker.failures++;
    breaker.slow = 0;
    breaker.probing = false;
    breaker.openUntil = this.#now() + pause * (0.75 + this.#random() / 2);
  }

  /** Another peer that was asked later had answered before it. */
  overtaken(peer: Start): void {
    const breaker = this.#of(peer);
    breaker.probing = false;
    if (++breaker.slow >= SLOW_LIMIT || breaker.openUntil !== 0) this.failed(peer);
  }

  /** The question was called off before anything was learnt. */
  calledOff(peer: Start): void {
    this.#of(peer).probing = false;
  }

  #of({ id, boot }: Start): Breaker {
    const known = this.#breakers.get(id);
    if (known?.boot === boot) return known;
    const fresh = { boot, failures: 0, slow: 0, openUntil: 0, probing: false };
    this.#breakers.set(id, fresh);
    return fresh;
  }
}
