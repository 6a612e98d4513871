// `strata cluster status`: who is primary, who follows it, how far behind, and whether a failover would lose nothing.
import { clusterStatus, type ServerStatus } from '@strata/metadata/cluster-status';
import { Command } from 'commander';
import { databaseAt } from '../../config/metadata-location.ts';
import { table } from '../table.ts';
import { duration, size } from '../words.ts';

interface StatusOptions {
  readonly metadata: string;
  readonly json?: true;
}

const help = `
The exit code is 0 when there is one primary and a standby that could take over without losing a commit, and every server
answers; 1 otherwise.

Examples:
  strata cluster status --metadata cluster/metadata-url
  strata cluster status --metadata 'postgres://strata:PASSWORD@10.0.0.1,10.0.0.2,10.0.0.3/strata?sslmode=verify-full'`;

export function statusCommand(): Command {
  return new Command('status')
    .description('show primary and standbys, and how far they are')
    .requiredOption('--metadata <where>', 'the address list, or a file with it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async ({ metadata, json }: StatusOptions) => {
      const servers = await clusterStatus(await databaseAt(metadata));
      const { words, isWell } = judge(servers);
      process.stdout.write(
        json ? `${JSON.stringify({ isWell, servers })}\n` : `${report(servers)}\n\n${words}\n`,
      );
      if (!isWell) process.exitCode = 1;
    });
}

function report(servers: readonly ServerStatus[]): string {
  const primary = servers.find(({ role }) => role === 'primary');
  const right = 'right' as const;
  const columns = [
    { title: 'server', max: 50 },
    { title: 'name', max: 32 },
    { title: 'role' },
    { title: 'follows' },
    { title: 'timeline', align: right },
    { title: 'behind', align: right },
    { title: 'last change', align: right },
    { title: 'trouble', max: 80 },
  ];
  const rows = servers.map(({ address, name, role, timeline, position, ageMs, error }) => {
    const seen = primary?.followers.find((follower) => follower.name === name);
    const follows = seen && (seen.isSynchronous ? 'synchronously' : seen.state);
    const behind =
      role === 'standby' && primary?.position != null && position !== null
        ? size(Math.max(0, primary.position - position))
        : '';
    return [
      ...[address, name ?? '', role, role === 'standby' ? (follows ?? 'nobody') : ''],
      ...[
        String(timeline ?? ''),
        behind,
        ageMs === null ? '' : `${duration(Math.max(0, ageMs))} ago`,
        error ?? '',
      ],
    ];
  });
  return table(columns, rows);
}

/** What it means for who runs it. */
function judge(servers: readonly ServerStatus[]): { words: string; isWell: boolean } {
  const primaries = servers.filter(({ role }) => role === 'primary');
  const away = servers.filter(({ role }) => role === 'away');
  const [primary] = primaries;
  if (!primary) {
    const words = 'There is no primary: nothing can be stored. Studies can be read while a standby answers.';
    return { words, isWell: false };
  }
  if (primaries.length > 1) {
    const words =
      'Two servers take themselves for the primary: one is being replaced. Only the one that standbys follow acknowledges a commit. Ask again in a few seconds.';
    return { words, isWell: false };
  }
  const next = primary.followers.find(({ isSynchronous }) => isSynchronous);
  if (!next) {
    const words =
      'No standby follows synchronously: commits wait until one does, and no server could take over.';
    return { words, isWell: false };
  }
  const able = `${next.name} has every acknowledged commit and could take over.`;
  if (away.length === 0) return { words: able, isWell: true };
  return { words: `${able} ${away.length} of ${servers.length} servers do not answer.`, isWell: false };
}
