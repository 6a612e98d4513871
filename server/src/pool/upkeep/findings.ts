// What upkeep found wrong with copies on this server lately, for people who ask.

/** A copy that was not as it should be, and what came of it. */
export interface Finding {
  readonly at: string;
  readonly digest: string;
  readonly disk: string | null;
  readonly found: 'damaged' | 'missing' | 'unknown' | 'surplus';
  readonly reason: string;
  /** e.g. `repaired from b`, `no good copy is left: import the original file again`. */
  readonly outcome: string;
}

export type NewFinding = Omit<Finding, 'at'>;

const MOST = 100;
const MAX_REASON = 200;

export class Findings {
  readonly #latest: Finding[] = [];
  #total = 0;

  add(finding: NewFinding): void {
    this.#total += 1;
    const reason = finding.reason.slice(0, MAX_REASON);
    this.#latest.unshift({ at: new Date().toISOString(), ...finding, reason });
    this.#latest.length = Math.min(MOST, this.#latest.length);
  }

  /** The latest 100, the newest first, and how many there were since the start. */
  state(): { total: number; latest: readonly Finding[] } {
    return { total: this.#total, latest: [...this.#latest] };
  }
}
