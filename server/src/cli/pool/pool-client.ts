// What the commands about the pool ask the running Strata.
import type { ServerRecord, ServerState } from '@strata/metadata/pool/model';
import type { Changed, ListedServer } from '../../http/servers-routes.ts';
import { CommandError } from '../failure.ts';
import { ask } from '../server-client.ts';

const SHORT = 8;

/** With counts of replicas, ordered by name. */
export async function fetchServers(url: string): Promise<ListedServer[]> {
  const servers = (await (await ask(`${url}/admin/servers`)).json()) as ListedServer[];
  return servers.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Without counts of replicas, and quick. */
export async function fetchMembers(url: string): Promise<ServerRecord[]> {
  return (await (await ask(`${url}/admin/servers?counts=false`)).json()) as ServerRecord[];
}

/** As many of the first letters of an id as tell it from the others, 8 at least. */
export function shortId(id: string, servers: readonly { readonly id: string }[]): string {
  for (let length = SHORT; length < id.length; length++) {
    const start = id.slice(0, length);
    if (servers.filter((other) => other.id.startsWith(start)).length === 1) return start;
  }
  return id;
}

/** The server of a name, or of an id or its first letters. @throws CommandError when it is none or several */
export function namedServer<Server extends ServerRecord>(servers: readonly Server[], word: string): Server {
  const exact = servers.filter(({ id, name }) => id === word || name === word);
  const found = exact.length > 0 ? exact : servers.filter(({ id }) => id.startsWith(word));
  const [server, second] = found;
  if (!server) throw new CommandError(`There is no server ${word} in the pool. See: strata servers.`);
  if (second) throw new CommandError(`${word} is more than one server: give its id. See: strata servers.`);
  return server;
}

export async function changeState(
  url: string,
  server: ListedServer,
  state: ServerState,
  giveUp: boolean,
): Promise<Changed> {
  const response = await ask(`${url}/admin/servers/${encodeURIComponent(server.id)}/state`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ state, giveUp }),
  });
  return (await response.json()) as Changed;
}

export async function orderRestart(url: string, server: ServerRecord): Promise<void> {
  await ask(`${url}/admin/servers/${encodeURIComponent(server.id)}/restart`, { method: 'POST' });
}
