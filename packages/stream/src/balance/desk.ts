// What the parts of the balancer work on together.
import type { Timing } from '../types.ts';
import type { Action } from './actions.ts';
import { Availability } from './availability.ts';
import { HedgeBudget, RetryBudget } from './budgets.ts';
import type { Line } from './model.ts';
import { Patience } from './patience.ts';
import { Requests } from './requests.ts';
import { Roster } from './roster.ts';

export interface BalancerOptions {
  readonly servers: readonly string[];
  /** The site whose servers are asked first; by default the nearest one. */
  readonly site: string | null;
  readonly timing: Timing;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

export interface Desk {
  readonly options: BalancerOptions;
  readonly roster: Roster;
  readonly requests: Requests;
  /** The open connections by number, those that are leaving too. */
  readonly lines: Map<number, Line>;
  readonly hedges: HedgeBudget;
  readonly retries: RetryBudget;
  readonly patience: Patience;
  readonly availability: Availability;
  /** What is to be done, in order. */
  out: Action[];
}

export function newDesk(options: BalancerOptions): Desk {
  return {
    options,
    roster: new Roster(options),
    requests: new Requests(),
    lines: new Map(),
    hedges: new HedgeBudget(),
    retries: new RetryBudget(),
    patience: new Patience(options.timing.hedge),
    availability: new Availability(options.timing.giveUp),
    out: [],
  };
}
