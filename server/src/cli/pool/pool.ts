// `strata pool`: how many copies there are, what waits to be copied, how far the scrub is, and what was found damaged.
import { Command } from 'commander';
import type { PoolReport } from '../../http/pool-routes.ts';
import type { UpkeepState } from '../../pool/upkeep/upkeep.ts';
import { withStrata } from '../connect.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { ask } from '../server-client.ts';
import { table } from '../table.ts';
import { count, duration, moment, size } from '../words.ts';

interface PoolOptions extends CommonOptions {
  readonly json?: true;
  readonly scrub?: true;
}

/** Findings that are shown; --json has more. */
const SHOWN = 10;

const help = `
Copies that are damaged are found when they are read, by the scrub, and by strata verify; they are replaced from a good one.

Examples:
  strata pool            how the pool stands
  strata pool --scrub    read all copies of this server again, beginning now
  strata pool --json | jq '.overview.settlings'`;

export function poolCommand(): Command {
  return withCommonOptions(new Command('pool').description('show copies, repairs and scrubs of the pool'))
    .option('--scrub', 'read all copies of the server of this data folder again')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action((options: PoolOptions) =>
      withStrata({ ...options, command: 'pool', folder: 'must-exist' }, async (url) => {
        if (options.scrub) await ask(`${url}/admin/pool/scrub`, { method: 'POST' });
        const pool = (await (await ask(`${url}/admin/pool`)).json()) as PoolReport;
        process.stdout.write(`${options.json ? JSON.stringify(pool) : report(pool)}\n`);
      }),
    );
}

function report({ overview, sweep, few, servers }: PoolReport): string {
  const copies = overview.copies.map(({ replicas, blobs }) => `${count(blobs, 'blob')} with ${replicas}`);
  const waiting = overview.settlings.map(
    ({ reason, waiting, oldestMs }) => `${count(waiting, 'blob')}: ${reason}, for ${duration(oldestMs)}`,
  );
  const parts = [
    `Copies: ${copies.join(', ') || 'none'}.`,
    `To be settled: ${waiting.join('; ') || 'nothing'}.`,
    `Below their wanted copies: ${few === 0 ? 'none' : count(few, 'blob')}.`,
    ...(sweep ? [sweepLine(sweep)] : []),
    upkeepTable(servers),
  ];
  const findings = servers.flatMap(({ name, upkeep }) =>
    (upkeep?.findings.latest ?? []).map((finding) => ({ name, ...finding })),
  );
  for (const { name, at, digest, found, outcome } of findings.slice(0, SHOWN)) {
    parts.push(`${moment(at)}  ${name}: blob ${digest.slice(0, 12)} ${found}: ${named(outcome, servers)}.`);
  }
  return parts.join('\n');
}

/** With the names of servers in the place of their ids. */
function named(text: string, servers: PoolReport['servers']): string {
  return servers.reduce((words, { id, name }) => words.replaceAll(id, name), text);
}

function sweepLine({ looked, queued, share, doneAt }: NonNullable<PoolReport['sweep']>): string {
  const found = `${count(looked, 'blob')} looked at, ${queued.toLocaleString('en')} not as wanted`;
  return doneAt === null
    ? `Looking through all blobs: ${Math.floor(share * 100)} %, ${found}.`
    : `All blobs were looked through, ended ${moment(doneAt)}: ${found}.`;
}

function upkeepTable(servers: PoolReport['servers']): string {
  const right = 'right' as const;
  const columns = [
    { title: 'server', max: 30 },
    { title: 'copied', align: right },
    { title: 'bytes', align: right },
    { title: 'removed', align: right },
    { title: 'scrub' },
    { title: 'bad', align: right },
    { title: 'found', align: right },
  ];
  const rows = servers.map(({ name, isAlive, upkeep }) => {
    if (!upkeep) return [name, '', '', '', isAlive ? 'no disks' : 'dead', '', ''];
    const { settling, scrub, findings } = upkeep;
    return [
      ...[
        name,
        settling.copied.toLocaleString('en'),
        size(settling.bytes),
        settling.removed.toLocaleString('en'),
      ],
      ...[scrubWords(scrub), String(scrub?.bad ?? ''), findings.total.toLocaleString('en')],
    ];
  });
  return table(columns, rows);
}

function scrubWords(scrub: UpkeepState['scrub']): string {
  if (!scrub || scrub.beganAt === null) return 'not yet';
  if (scrub.after === null) return `ended ${moment(scrub.endedAt ?? '')}`;
  const share = Number.parseInt(scrub.after.slice(0, 8), 16) / 2 ** 32;
  return `${Math.floor(share * 100)} %, ${size(scrub.bytes)}`;
}
