// The pool as clients are told of it, and when a change is worth telling.
import { isDeepStrictEqual } from 'node:util';
import type { ServerRecord } from '@strata/metadata/pool/model';
import { MAX_ENDPOINTS, MAX_SERVERS } from '@strata/protocol/limits';
import type { Server } from '@strata/protocol/messages';
import { loopbackPort } from '../config/loopback.ts';

/** A load that moved less is no news. */
const LOAD_STEP = 0.15;
/** Loads are told this often at most: every client is told. */
const LOADS_EVERY_MS = 5_000;

/** The image servers that clients may ask, this one always among them; internal addresses before external ones. */
export function clientServers(servers: readonly ServerRecord[], selfId: string): Server[] {
  const serving = servers.filter(
    ({ id, roles, isAlive, state }) =>
      roles.includes('image') && (id === selfId || (isAlive && state !== 'out')),
  );
  const sites = new Set(serving.map(({ site }) => site)).size;
  return serving.slice(0, MAX_SERVERS).map((server) => ({
    ...{ id: server.id, name: server.name, load: server.load, ...(sites > 1 && { site: server.site }) },
    endpoints: addressesOf(server, selfId),
  }));
}

/** An address of the machine itself means another server to clients elsewhere: only servers of one machine tell it. */
function addressesOf({ id, wireUrl, endpoints }: ServerRecord, selfId: string): string[] {
  const isHere = id === selfId || wireUrl === '' || loopbackPort(wireUrl) !== null;
  const reachable = isHere ? endpoints : endpoints.filter(({ url }) => loopbackPort(url) === null);
  const ordered = [
    ...reachable.filter(({ scope }) => scope === 'internal'),
    ...reachable.filter(({ scope }) => scope === 'external'),
  ];
  return ordered.slice(0, MAX_ENDPOINTS).map(({ url }) => url);
}

/** Remembers what clients were told. */
export class PoolNews {
  #told: readonly Server[] = [];
  #loadsAt = Number.NEGATIVE_INFINITY;

  /** Whether clients are to be told of the list, which they then are. @param now milliseconds, monotonic */
  isNews(servers: readonly Server[], now: number): boolean {
    const same = isDeepStrictEqual(servers.map(withoutLoad), this.#told.map(withoutLoad));
    const moved = servers.some(
      ({ load }, index) => Math.abs(load - (this.#told[index]?.load ?? 0)) >= LOAD_STEP,
    );
    if (same && !(moved && now - this.#loadsAt >= LOADS_EVERY_MS)) return false;
    this.#told = servers;
    this.#loadsAt = now;
    return true;
  }
}

function withoutLoad({ load: _, ...rest }: Server) {
  return rest;
}
