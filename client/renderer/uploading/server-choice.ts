// Which server is sent to: the first that is well; one that failed is left alone for a while, longer each time.

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

interface Trouble {
  readonly times: number;
  /** When it may be asked again. */
  readonly until: number;
}

export class ServerChoice {
  readonly #servers: () => readonly string[];
  readonly #random: () => number;
  readonly #troubles = new Map<string, Trouble>();

  /** @param servers addresses, the preferred one first @param random in [0, 1), for pauses that do not meet */
  constructor(servers: () => readonly string[], random: () => number = Math.random) {
    this.#servers = servers;
    this.#random = random;
  }

  /** The server to ask now, and how many milliseconds to wait before: 0 while any is well. */
  choose(now: number): { readonly server: string; readonly waitMs: number } {
    const choices = this.#servers().map((server) => ({
      server,
      waitMs: Math.max(0, (this.#troubles.get(server)?.until ?? 0) - now),
    }));
    return choices.reduce(
      (best, each) => (each.waitMs < best.waitMs ? each : best),
      choices[0] ?? { server: '', waitMs: 0 },
    );
  }

  failed(server: string, now: number): void {
    const before = this.#troubles.get(server);
    // Those that were on their way together failed together, once.
    if (before && now < before.until) return;
    const times = (before?.times ?? 0) + 1;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (times - 1));
    this.#troubles.set(server, { times, until: now + pause * (0.75 + this.#random() / 2) });
  }

  worked(server: string): void {
    this.#troubles.delete(server);
  }
}
