// `strata servers`: who is in the pool, how busy, with which disks and how many replicas.
import { Command } from 'commander';
import type { ListedServer } from '../../http/servers-routes.ts';
import { withStrata } from '../connect.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { table } from '../table.ts';
import { count, duration, size } from '../words.ts';
import { fetchServers, shortId } from './pool-client.ts';

interface ServersOptions extends CommonOptions {
  readonly json?: true;
}

const help = `
Alive is a server whose lease holds: it was heard in the last seconds. Drain one before you take it away: strata drain.
While the database is away the list is as it was heard last, and the exit code 1.

Examples:
  strata servers
  strata servers --json | jq -r '.[] | select(.isAlive | not) | .name'`;

export function serversCommand(): Command {
  return withCommonOptions(new Command('servers').description('list the servers of the pool'))
    .option('--json', 'print one JSON array')
    .addHelpText('after', help)
    .action((options: ServersOptions) =>
      withStrata({ ...options, command: 'servers', folder: 'must-exist' }, async (url) => {
        const servers = await fetchServers(url);
        process.stdout.write(`${options.json ? JSON.stringify(servers) : report(servers)}\n`);
        if (!areCurrent(servers)) process.exitCode = 1;
      }),
    );
}

function report(servers: readonly ListedServer[]): string {
  const alive = servers.filter(({ isAlive }) => isAlive).length;
  const parts = [serversTable(servers)];
  if (servers.some(({ disks }) => disks.length > 0)) parts.push(disksTable(servers));
  const total = count(servers.length, 'server');
  parts.push(
    areCurrent(servers)
      ? `${total}, ${alive} alive.`
      : `The database does not answer. These are the ${total} as they were heard last; who is alive is not known.`,
  );
  return parts.join('\n\n');
}

function areCurrent(servers: readonly ListedServer[]): boolean {
  return servers.every(({ isStale }) => !isStale);
}

function serversTable(servers: readonly ListedServer[]): string {
  const right = 'right' as const;
  const columns = [
    { title: 'name', max: 30 },
    { title: 'id' },
    { title: 'site', max: 20 },
    { title: 'state' },
    { title: 'alive' },
    { title: 'load', align: right },
    { title: 'replicas', align: right },
    { title: 'bytes', align: right },
    { title: 'roles' },
    { title: 'version' },
  ];
  const rows = servers.map((one) => [
    ...[one.name, shortId(one.id, servers), one.site, one.state, one.isStale ? 'not known' : life(one)],
    ...(one.isStale ? ['', '', ''] : figures(one)),
    ...[one.roles.join(','), one.version],
  ]);
  return table(columns, rows);
}

function life({ isAlive, silentMs }: ListedServer): string {
  return isAlive ? 'yes' : `no, for ${duration(silentMs)}`;
}

function figures({ isAlive, load, replicas, bytes }: ListedServer): string[] {
  return [isAlive ? `${Math.round(load * 100)} %` : '', replicas.toLocaleString('en'), size(bytes)];
}

function disksTable(servers: readonly ListedServer[]): string {
  const right = 'right' as const;
  const columns = [
    { title: 'server', max: 30 },
    { title: 'disk', max: 30 },
    { title: 'kind' },
    { title: 'state' },
    { title: 'used', align: right },
    { title: 'free', align: right },
  ];
  const rows = servers.flatMap(({ name, disks }) =>
    disks.map((disk) => {
      const used = disk.state === 'lost' ? '' : size(Math.max(0, disk.capacity - disk.free));
      const free = disk.state === 'lost' ? '' : size(disk.free);
      return [name, disk.name, disk.kind, disk.state, used, free];
    }),
  );
  return table(columns, rows);
}
