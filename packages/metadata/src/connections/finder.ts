// Knows which server is the primary, finds it again when it moves, and doubts it when it is slow.
import { setTimeout as sleep } from 'node:timers/promises';
import { MetadataError } from '../errors.ts';
import { type Address, type AddressList, addressText } from './address-list.ts';
import { SEARCH_PAUSE_MS, SLOW_MS } from './limits.ts';
import { Probe, type Seen, type SeenStandby } from './probe.ts';

/** A server of the list, and what it said last. */
interface Host {
  readonly address: Address;
  readonly probe: Probe;
  seen: Seen | null;
  /** When it said so, by the clock of this process. */
  at: number;
}

/** A standby, with how old what it says is by now. */
export interface Standby {
  readonly address: Address;
  readonly ageMs: number;
}

/** What a standby said longer ago is not relied on. */
const STANDBY_KNOWN_MS = 3_000;
/** A server that does not answer so many times in a row hangs; where there is no other, it may only be very busy. */
const HUNG_AFTER = 2;
const ALONE_HUNG_AFTER = 4;

export class Finder {
  readonly #hosts: readonly Host[];
  /** Told of a server that is the primary no more, or hangs: nothing on its connections will come to an end. */
  readonly #onLost: (address: Address) => void;
  #primary: Host | null = null;
  /** Of the primary that was known last. */
  #reign: { readonly system: string; readonly timeline: number } | null = null;
  #awaySince: number | null = performance.now();
  #slow = false;
  readonly #searching = new Set<Host>();
  readonly #checking = new Set<Host>();
  #closed = false;
  #changed = Promise.withResolvers<void>();

  constructor(list: AddressList, onLost: (address: Address) => void) {
    this.#onLost = onLost;
    this.#hosts = list.addresses.map((address) => ({
      ...{ address, probe: new Probe(list, address), seen: null, at: Number.NEGATIVE_INFINITY },
    }));
  }

  /** The primary that is known; it may be one that hangs. */
  get primary(): Address | null {
    return this.#primary?.address ?? null;
  }

  /** Whether the primary answers, or has given no reason yet to think that it does not. */
  get answers(): boolean {
    return this.#primary !== null && !this.#slow;
  }

  /** For how long there has been no primary that answers, in ms. */
  get awayMs(): number {
    return this.#awaySince === null ? 0 : performance.now() - this.#awaySince;
  }

  /** Resolves when something new is known of any server. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /**
   * The primary, as soon as one is known, waiting for at most `withinMs`.
   * @throws MetadataError `unavailable` that says what each server does, `refused` when those that answer do not let us in
   */
  async find(withinMs: number): Promise<Address> {
    const until = performance.now() + withinMs;
    while (!this.#primary) await this.news(until - performance.now());
    return this.#primary.address;
  }

  /** Waits for news of any server, at most `withinMs`; looks for a primary meanwhile. @throws as `find` */
  async news(withinMs: number): Promise<void> {
    if (!this.#primary) this.#search();
    if (withinMs <= 0 || this.#closed || this.#isRefused()) throw this.failure();
    const stop = new AbortController();
    const late = sleep(withinMs, undefined, { signal: stop.signal }).catch(() => undefined); // news came first
    await Promise.race([this.#changed.promise, late]);
    stop.abort();
  }

  /** The standby that knows most; null when none has said anything lately. */
  get standby(): Standby | null {
    const now = performance.now();
    const known = this.#hosts.flatMap(({ address, seen, at }) =>
      seen?.state === 'standby' && now - at < STANDBY_KNOWN_MS ? [{ address, seen, at }] : [],
    );
    const [best] = known.sort((a, b) => b.seen.replayed - a.seen.replayed);
    return best ? { address: best.address, ageMs: ageOf(best.seen, now - best.at) } : null;
  }

  /** A call to this server failed as if it were gone: is it? */
  doubt(address: Address): void {
    const host = this.#hostAt(address);
    if (!host || this.#closed) return;
    if (this.#primary === host) this.#lose();
    else host.seen = null;
    if (!this.#primary) this.#search();
  }

  /** A call to this server takes long: does it live, and is it still what it was? */
  check(address: Address): void {
    const host = this.#hostAt(address);
    if (!host || this.#checking.has(host) || this.#closed) return;
    this.#checking.add(host);
    void this.#check(host).finally(() => this.#checking.delete(host));
  }

  close(): void {
    this.#closed = true;
    this.#tell();
    for (const { probe } of this.#hosts) probe.close();
  }

  /** Why there is no primary. */
  failure(): MetadataError {
    const each = this.#hosts.map(({ address, seen }) => `${addressText(address)} ${whatItDoes(seen)}`);
    const cause = this.#hosts.map(({ seen }) => seen && 'error' in seen && seen.error).find(Boolean);
    return this.#isRefused()
      ? new MetadataError('refused', `The metadata service refuses us: ${each.join('; ')}. Check its URL.`, {
          cause,
        })
      : new MetadataError(
          'unavailable',
          `The metadata service cannot be reached: ${each.join('; ')}. Try again in a moment.`,
          { cause },
        );
  }

  /** Whether nobody but who refuses us could be the primary. */
  #isRefused(): boolean {
    const states = this.#hosts.map(({ seen }) => seen?.state);
    return states.includes('refused') && states.every((state) => state === 'refused' || state === 'standby');
  }

  /** Asks each for itself until there is a primary: one that hangs does not keep the others from being asked. */
  #search(): void {
    for (const host of this.#hosts) if (!this.#searching.has(host)) void this.#searchAt(host);
  }

  async #searchAt(host: Host): Promise<void> {
    this.#searching.add(host);
    while (!this.#primary && !this.#closed) {
      await this.#ask(host);
      if (!this.#primary) await sleep(SEARCH_PAUSE_MS, undefined, { ref: false });
    }
    this.#searching.delete(host);
  }

  async #ask(host: Host): Promise<void> {
    this.#learn(host, await host.probe.ask());
  }

  #learn(host: Host, seen: Seen): void {
    if (this.#closed) return;
    host.seen = seen;
    host.at = performance.now();
    if (seen.state === 'primary' && this.#mayReign(seen)) this.#crown(host, seen);
    else {
      const wasPrimary = this.#primary === host;
      if (wasPrimary) this.#lose();
      if (wasPrimary || seen.state !== 'standby') this.#onLost(host.address);
      if (!this.#primary) this.#search();
    }
    this.#tell();
  }

  /** Not one that another took the role from, which does not know it yet: what it is told is lost. */
  #mayReign({ system, timeline }: { readonly system: string; readonly timeline: number }): boolean {
    return system !== this.#reign?.system || timeline >= this.#reign.timeline;
  }

  #crown(host: Host, { system, timeline }: { readonly system: string; readonly timeline: number }): void {
    const before = this.#primary;
    this.#reign = { system, timeline };
    this.#primary = host;
    this.#calm();
    if (before && before !== host) this.#onLost(before.address);
  }

  #lose(): void {
    this.#primary = null;
    this.#slow = false;
    this.#awaySince ??= performance.now();
  }

  /** Of a slow primary all are asked: one of the others may have taken the role while this one hangs. */
  async #check(host: Host): Promise<void> {
    if (this.#primary === host) for (const other of this.#hosts) if (other !== host) void this.#ask(other);
    const hungAfter = this.#hosts.length > 1 ? HUNG_AFTER : ALONE_HUNG_AFTER;
    for (let failed = 0; ; ) {
      const soon = setTimeout(() => this.#doubtful(host), SLOW_MS);
      const seen = await host.probe.ask();
      clearTimeout(soon);
      if (seen.state !== 'away' || ++failed >= hungAfter) {
        this.#learn(host, seen);
        return;
      }
      this.#doubtful(host);
      await sleep(SEARCH_PAUSE_MS, undefined, { ref: false });
    }
  }

  /** Reads go elsewhere until it has said that it lives. */
  #doubtful(host: Host): void {
    if (this.#primary !== host || this.#slow) return;
    this.#slow = true;
    this.#awaySince = performance.now();
    this.#tell();
  }

  #calm(): void {
    this.#slow = false;
    this.#awaySince = null;
  }

  #hostAt(address: Address): Host | undefined {
    return this.#hosts.find((host) => host.address === address);
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** What it replayed last may be all there is: it is as old as it says, and not younger. */
function ageOf({ ageMs }: SeenStandby, sinceMs: number): number {
  return Math.round((ageMs ?? 0) + sinceMs);
}

function whatItDoes(seen: Seen | null): string {
  if (seen === null) return 'has not answered yet';
  if (seen.state === 'standby') return 'is a standby';
  if (seen.state === 'primary') return 'was the primary a moment ago';
  const why = seen.error instanceof Error ? seen.error.message || codeOf(seen.error) : String(seen.error);
  return seen.state === 'refused' ? `refuses us (${why})` : `does not answer (${why})`;
}

/** Where a name has several addresses, the error of all of them together has no message. */
function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
