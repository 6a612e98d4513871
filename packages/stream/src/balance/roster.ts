// The known servers with their addresses: who is connected, who is being tried, when to try again.
import { backoffDelay } from '../backoff.ts';
import type { Action } from './actions.ts';
import { closedBreaker } from './breaker.ts';
import { unmeasured } from './latency.ts';
import { newLine } from './line.ts';
import type { KnownServer, Line } from './model.ts';
import { raceFailed, raceOn, startRace } from './race.ts';
import { hashOf, preference } from './rendezvous.ts';

/** A server as a pool list names it. */
export interface ListedServer {
  readonly id: string;
  readonly name: string;
  readonly endpoints: readonly string[];
  readonly load: number;
  readonly site?: string | undefined;
}

export interface RosterOptions {
  readonly servers: readonly string[];
  readonly timing: { readonly stagger: number; readonly backoff: number; readonly backoffMost: number };
  readonly random: () => number;
}

/** Servers that a client keeps connections to; of a larger pool others are called when only they hold a blob. */
const MOST_LINES = 6;
/** A connection that ends sooner than this and brought nothing counts as failed, in milliseconds. */
const SHORT_LIFE = 1000;

export class Roster {
  readonly servers = new Map<string, KnownServer>();
  readonly #options: RosterOptions;
  readonly #configured: ReadonlySet<string>;
  readonly #dials = new Map<number, { key: string; url: string }>();
  /** Makes clients of a large pool prefer different servers. */
  readonly #salt: number;
  #nextDial = 1;
  lastError: Error = new Error('every server has just failed');

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#configured = new Set(options.servers);
    this.#salt = Math.floor(options.random() * 2 ** 32) >>> 0;
    for (const url of this.#configured) this.#add(url, { isMet: false, endpoints: [url] });
  }

  /** The pool's word: new servers and addresses are added, those that left forgotten unless configured or connected. */
  learn(pool: readonly ListedServer[], actions: Action[]): void {
    for (const { id, name, endpoints, load, site } of pool) {
      if (endpoints.length === 0 && !this.servers.has(id)) continue;
      const known = this.servers.get(id) ?? this.#add(id, { isMet: true, endpoints: [] });
      const own = known.endpoints.filter((url) => this.#configured.has(url) || endpoints.includes(url));
      known.endpoints = [...new Set([...own, ...endpoints])];
      Object.assign(known, { name, load, site: site ?? '', isListed: true });
      for (const url of endpoints) this.#forgetSeed(url, known, actions);
    }
    if (pool.length === 0) return;
    const ids = new Set(pool.map(({ id }) => id));
    for (const known of [...this.servers.values()]) {
      if (!known.isMet || ids.has(known.key)) continue;
      known.isListed = false;
      const isConfigured = known.endpoints.some((url) => this.#configured.has(url));
      if (!isConfigured && known.phase !== 'up') this.#remove(known, actions);
    }
  }

  /** There is work: servers that were left to rest are called again. */
  demand(now: number): void {
    for (const known of this.servers.values()) {
      if (known.phase === 'resting') Object.assign(known, { phase: 'down', retryAt: now });
    }
  }

  /** Starts what is due. @param wanted keys of servers to call beyond the usual ones */
  dialDue(now: number, wanted: ReadonlySet<string>, actions: Action[]): void {
    let lines = 0;
    for (const known of this.servers.values()) {
      if (known.phase === 'connecting') this.#raceOn(known, now, actions);
      if (known.phase === 'up' || (known.phase === 'connecting' && known.failures === 0)) lines++;
    }
    for (const known of this.#byPreference()) {
      if (known.phase !== 'down' || known.retryAt > now) continue;
      if (lines >= MOST_LINES && !wanted.has(known.key)) continue;
      if (known.failures === 0) lines++;
      known.phase = 'connecting';
      const { race, start } = startRace(known.endpoints, now, this.#options.timing.stagger);
      known.race = race;
      this.#dial(known, start, actions);
    }
  }

  /** When `dialDue` has something to do next; Infinity when nothing is to come. */
  nextDue(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const { phase, retryAt, race } of this.servers.values()) {
      if (phase === 'down') due = Math.min(due, retryAt);
      if (phase === 'connecting' && race && race.queue.length > 0) due = Math.min(due, race.nextAt);
    }
    return due;
  }

  /** A dial was welcomed by the server with this id. @returns its line, or null when it is connected already */
  welcomed(
    dial: number,
    id: string,
    name: string,
    most: number,
    now: number,
    actions: Action[],
  ): Line | null {
    const { key, url } = this.#dials.get(dial) ?? { key: id, url: '' };
    this.#dials.delete(dial);
    const called = this.servers.get(key);
    const known = this.servers.get(id) ?? this.#add(id, { isMet: true, endpoints: [] });
    if (called && called !== known) {
      if (called.isMet) this.#endpointFailed(called, url, now);
      else this.#remove(called, actions);
    }
    known.endpoints = [url, ...known.endpoints.filter((each) => each !== url)];
    known.name = name;
    if (known.line) return null;
    this.#stopDialling(known, actions);
    known.phase = 'up';
    known.line = newLine(dial, known, url, most, now);
    return known.line;
  }

  dialFailed(dial: number, error: Error, now: number): void {
    const { key = '', url = '' } = this.#dials.get(dial) ?? {};
    this.#dials.delete(dial);
    this.lastError = error;
    const known = this.servers.get(key);
    if (known) this.#endpointFailed(known, url, now);
  }

  /** The line is over, or no new work may go there: the server is called again soon, or when there is work. */
  left(line: Line, how: 'rest' | 'return', now: number, actions: Action[]): void {
    const { server } = line;
    if (server.line !== line) return;
    server.line = null;
    if (!server.isListed && !server.endpoints.some((url) => this.#configured.has(url)) && server.isMet) {
      if (this.servers.size > 1) {
        this.#remove(server, actions);
        return;
      }
    }
    server.failures = line.isUseful || now - line.openedAt >= SHORT_LIFE ? 0 : server.failures + 1;
    if (how === 'rest') server.phase = 'resting';
    else this.#later(server, now);
  }

  #later(server: KnownServer, now: number): void {
    const { backoff, backoffMost } = this.#options.timing;
    const { random } = this.#options;
    server.phase = 'down';
    server.retryAt = now + backoffDelay(Math.max(0, server.failures - 1), backoff, backoffMost, random());
  }

  #endpointFailed(known: KnownServer, url: string, now: number): void {
    if (!known.race) return;
    const { race, isLost } = raceFailed(known.race, url, now);
    known.race = isLost ? null : race;
    if (!isLost || known.phase !== 'connecting') return;
    known.failures++;
    // The next round tries them all again, the one that worked last first: another one may be a far longer way.
    this.#later(known, now);
  }

  #raceOn(known: KnownServer, now: number, actions: Action[]): void {
    if (!known.race) return;
    const { race, start } = raceOn(known.race, now, this.#options.timing.stagger);
    known.race = race;
    if (start !== null) this.#dial(known, start, actions);
  }

  #dial(known: KnownServer, url: string, actions: Action[]): void {
    const dial = this.#nextDial++;
    this.#dials.set(dial, { key: known.key, url });
    actions.push({ do: 'dial', dial, url });
  }

  #stopDialling(known: KnownServer, actions: Action[]): void {
    known.race = null;
    for (const [dial, { key }] of this.#dials) {
      if (key !== known.key) continue;
      this.#dials.delete(dial);
      actions.push({ do: 'call off', dial });
    }
  }

  /** A configured address turns out to be one of a known server's. */
  #forgetSeed(url: string, known: KnownServer, actions: Action[]): void {
    const seed = this.servers.get(url);
    if (seed && !seed.isMet && seed !== known) this.#remove(seed, actions);
  }

  #remove(known: KnownServer, actions: Action[]): void {
    this.#stopDialling(known, actions);
    this.servers.delete(known.key);
  }

  #add(key: string, { isMet, endpoints }: { isMet: boolean; endpoints: string[] }): KnownServer {
    const known: KnownServer = {
      ...{ key, hash: hashOf(key), isMet, name: key, site: '', load: 0, endpoints },
      ...{ phase: 'down', isListed: false, race: null, failures: 0, retryAt: 0, line: null },
      ...{ breaker: closedBreaker, latency: unmeasured, roundTrip: null },
    };
    this.servers.set(key, known);
    return known;
  }

  #byPreference(): KnownServer[] {
    const all = [...this.servers.values()];
    if (all.length <= MOST_LINES) return all;
    return all.sort((a, b) => preference(this.#salt, b.hash) - preference(this.#salt, a.hash));
  }
}
