// Which server gives the next file: the one with the fewest on their way of those that are well.
import { ServerChoice } from '../uploading/server-choice.ts';

export class ServerShares {
  readonly #servers: () => readonly string[];
  readonly #busy = new Map<string, number>();
  readonly #choice: ServerChoice;

  /** @param servers addresses @param random in [0, 1), for pauses after failures */
  constructor(servers: () => readonly string[], random?: () => number) {
    this.#servers = servers;
    this.#choice = new ServerChoice(() => this.#byLoad(), random);
  }

  /** How many servers there are. */
  get count(): number {
    return this.#servers().length;
  }

  /** The server to ask now, and how many milliseconds to wait before. */
  choose(now: number): { readonly server: string; readonly waitMs: number } {
    return this.#choice.choose(now);
  }

  began(server: string): void {
    this.#busy.set(server, (this.#busy.get(server) ?? 0) + 1);
  }

  ended(server: string, how: 'worked' | 'failed' | 'called off', now: number): void {
    this.#busy.set(server, Math.max(0, (this.#busy.get(server) ?? 0) - 1));
    if (how === 'worked') this.#choice.worked(server);
    if (how === 'failed') this.#choice.failed(server, now);
  }

  #byLoad(): readonly string[] {
    const load = (server: string) => this.#busy.get(server) ?? 0;
    return [...this.#servers()].sort((a, b) => load(a) - load(b));
  }
}
