// Whether any server is within reach, since when none is, and when those who wait are told.
import type { ClientState } from '../pool-status.ts';
import type { KnownServer } from './model.ts';

export class Availability {
  state: ClientState = 'idle';
  /** When the last connection was lost, or the first one sought; null while there is one or none is wanted. */
  awaySince: number | null = null;
  readonly #giveUp: number;
  #isWanted = false;
  #patienceFrom = 0;

  constructor(giveUp: number) {
    this.#giveUp = giveUp;
  }

  /** There is something to ask. */
  demand(now: number): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#patienceFrom = now;
  }

  /** Whether connections are to be sought: there is work, or there was and nobody said to rest. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Brings the state in line with the servers. @param hasWork whether a request waits or runs */
  update(servers: Iterable<KnownServer>, hasWork: boolean, now: number): void {
    if (!this.#isWanted) return;
    let up = 0;
    let resting = 0;
    let untried = 0;
    let all = 0;
    for (const { phase, failures } of servers) {
      all++;
      if (phase === 'up') up++;
      else if (phase === 'resting') resting++;
      else if (failures === 0) untried++;
    }
    if (up > 0) this.#set('online', null);
    else if (resting === all && !hasWork) {
      this.#isWanted = false;
      this.#set('idle', null);
    } else {
      if (this.awaySince === null) this.#patienceFrom = now;
      const isHopeful = untried > 0 && this.state !== 'offline';
      this.#set(isHopeful ? 'connecting' : 'offline', this.awaySince ?? now);
    }
  }

  /** When those who wait are to be told that nobody can be reached; Infinity while that is not certain. */
  get giveUpAt(): number {
    return this.state === 'offline' ? this.#patienceFrom + this.#giveUp : Number.POSITIVE_INFINITY;
  }

  /** They have been told: those who come now have the whole time again. */
  gaveUp(now: number): void {
    this.#patienceFrom = now;
  }

  #set(state: ClientState, awaySince: number | null): void {
    this.state = state;
    this.awaySince = awaySince;
  }
}
