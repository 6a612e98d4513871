// Which server gets a request: the healthy before the others, the near before the far, the same one for the same frame.
import { preference } from './rendezvous.ts';

/** A connected server, as the choice sees it. */
export interface Choosable {
  readonly key: string;
  readonly hash: number;
  readonly isOwnSite: boolean;
  readonly isHealthy: boolean;
  /** Expected milliseconds to the first byte, with load and what is on the way counted in. */
  readonly cost: number;
}

export interface Wish {
  /** Hash of what is asked for. */
  readonly affinity: number;
  /** Keys of servers that hold it, when that is known. */
  readonly replicas: ReadonlySet<string> | null;
  readonly tried: ReadonlySet<string>;
}

/** The second choice must be this much cheaper, as a factor and in milliseconds, to be worth a cold cache. */
const MUCH = 2;
const SLACK = 10;

/**
 * The server to ask; null when all of them were tried. A server that is not healthy is chosen only when no healthy one is
 * left, so the last replica is always asked. Of the two that rendezvous hashing puts first, the second one is taken
 * when it is much cheaper (power of two choices), else the first.
 */
export function choose<Server extends Choosable>(servers: readonly Server[], wish: Wish): Server | null {
  const left = servers.filter((each) => !wish.tried.has(each.key));
  const healthy = left.filter((each) => each.isHealthy);
  const [first, second] = firstTwo(
    nearest(healthy.length > 0 ? healthy : left, wish.replicas),
    wish.affinity,
  );
  if (!first || !second) return first ?? null;
  return second.cost * MUCH + SLACK < first.cost ? second : first;
}

/** Holders at the own site, then other holders, then the rest of the own site (they can fetch it), then all. */
function nearest<Server extends Choosable>(
  servers: readonly Server[],
  replicas: ReadonlySet<string> | null,
): readonly Server[] {
  const holders = replicas ? servers.filter((each) => replicas.has(each.key)) : servers;
  const ownHolders = holders.filter((each) => each.isOwnSite);
  if (ownHolders.length > 0) return ownHolders;
  if (holders.length > 0) return holders;
  const own = servers.filter((each) => each.isOwnSite);
  return own.length > 0 ? own : servers;
}

function firstTwo<Server extends Choosable>(servers: readonly Server[], affinity: number): Server[] {
  let first: Server | undefined;
  let second: Server | undefined;
  let best = -1;
  let next = -1;
  for (const server of servers) {
    const liking = preference(affinity, server.hash);
    if (liking > best) [second, next, first, best] = [first, best, server, liking];
    else if (liking > next) [second, next] = [server, liking];
  }
  return [first, second].filter((each) => each !== undefined);
}
