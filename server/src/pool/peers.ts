// The other servers as this one asks them: not too many questions at once, and none to one that was just found hung.
import type { ServerRecord } from '@strata/metadata/pool/model';
import { Breakers } from './breakers.ts';
import { keepsBlobs } from './keeps-blobs.ts';
import { Turns } from './turns.ts';
import { isPeerTrouble, type Peer, WireError } from './wire/wire-error.ts';

/** What is known of the pool at this moment, without waiting. */
export interface PoolView {
  /** All servers as they were known last, this one among them; none before it has joined. */
  readonly servers: () => readonly ServerRecord[];
  /** Whether this server's lease holds. */
  readonly mayWrite: () => boolean;
  /**
   * How long a write waits, in ms, while the metadata service hears this server no more and all leases may have run out; 0
   * while it does. Absent: always 0.
   */
  readonly unheardPatienceMs?: () => number;
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Asks one that was just found hung too: there is no other left. */
  readonly evenResting?: boolean;
}

/** A server that was just found hung or gone, and is not asked again for a moment. */
class Resting extends WireError {
  constructor({ id, wireUrl }: Peer) {
    super('unreachable', `Server ${id} at ${wireUrl} was just found hung or gone.`);
  }
}

/** Questions to one peer at once; fewer than there are connections to it. */
const AT_ONCE = 32;

export class Peers {
  readonly #selfId: string;
  readonly #view: PoolView;
  readonly #breakers: Breakers;
  readonly #turns = new Map<string, Turns>();

  constructor(selfId: string, view: PoolView, breakers = new Breakers()) {
    this.#selfId = selfId;
    this.#view = view;
    this.#breakers = breakers;
  }

  /** The other servers that keep blobs and were not declared gone, dead ones among them. */
  others(): ServerRecord[] {
    return this.#view
      .servers()
      .filter((server) => server.id !== this.#selfId && server.state !== 'out' && keepsBlobs(server));
  }

  /** Another server by its id; null when it is not known, is gone for good, or keeps no blobs. */
  other(id: string): ServerRecord | null {
    return this.others().find((each) => each.id === id) ?? null;
  }

  /** Whether the server is worth asking now. */
  isUsable(server: ServerRecord): boolean {
    return server.isAlive && !this.#breakers.isOpen(server);
  }

  /** Those to read from, the best first: usable ones of the site first, those that hardly answer last. */
  inReadingOrder(servers: readonly ServerRecord[], site: string): ServerRecord[] {
    const cost = (server: ServerRecord) =>
      (this.isUsable(server) ? 0 : 4) + (server.isAlive ? 0 : 2) + (server.site === site ? 0 : 1);
    return servers
      .map((server) => ({ server, cost: cost(server) }))
      .sort((a, b) => a.cost - b.cost || a.server.load - b.server.load)
      .map(({ server }) => server);
  }

  /** Asks one; what it does is remembered. @throws what the task throws, the signal's reason, or Resting */
  async ask<T>(
    server: ServerRecord,
    task: (peer: Peer) => Promise<T>,
    { signal, evenResting = false }: AskOptions = {},
  ): Promise<T> {
    const turns = this.#turns.get(server.id) ?? new Turns(AT_ONCE);
    this.#turns.set(server.id, turns);
    return turns.run(async () => {
      signal?.throwIfAborted();
      // Whoever waited behind a question to a hung server does not wait for the same once more.
      if (!evenResting && this.#breakers.isOpen(server)) throw new Resting(server);
      this.#breakers.asked(server);
      try {
        const result = await task(server);
        this.#breakers.succeeded(server);
        return result;
      } catch (error) {
        if (isPeerTrouble(error)) this.#breakers.failed(server);
        else if (error instanceof WireError && error.code === 'aborted') this.#breakers.calledOff(server);
        else this.#breakers.succeeded(server); // it answers, and says no
        throw error;
      }
    }, signal);
  }

  /** It did nothing for too long, and was given up. */
  hung(server: ServerRecord): void {
    this.#breakers.failed(server);
  }

  /** Another server answered before this one although it was asked later. */
  overtaken(server: ServerRecord): void {
    this.#breakers.overtaken(server);
  }
}
