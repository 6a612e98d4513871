// `strata verify`: reads everything that is stored again and compares it.
import { Command } from 'commander';
import type { VerifyEvent } from '../admin/verify.ts';
import { withStrata } from './connect.ts';
import { CommandError } from './failure.ts';
import { jsonLines } from './json-lines.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { showProgress } from './progress.ts';
import { ask } from './server-client.ts';
import { count, duration, size } from './words.ts';

interface VerifyOptions extends CommonOptions {
  readonly deep?: true;
  readonly json?: true;
}

type Problem = Extract<VerifyEvent, { type: 'problem' }>;
type Summary = Extract<VerifyEvent, { type: 'summary' }>;

const help = `
Reads every blob again and compares it with its SHA-256, and sees that every blob an image needs is there with its
length. With --deep also decodes every frame, compares its digest, rebuilds every original file and compares that.
Where there are several servers, each reads its own copies, and those that are bad are replaced from a good one meanwhile.
Exit code 0 when everything is as it should be.

Examples:
  strata verify
  strata verify --deep --json`;

export function verifyCommand(): Command {
  return withCommonOptions(
    new Command('verify').description('read everything again and compare it with its digests'),
  )
    .option('--deep', 'decode every frame and rebuild every original file too')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (options: VerifyOptions) => {
      await withStrata({ ...options, command: 'verify', folder: 'must-exist' }, (url) => run(url, options));
    });
}

async function run(url: string, options: VerifyOptions): Promise<void> {
  const began = Date.now();
  const response = await ask(`${url}/admin/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ deep: options.deep === true }),
  });
  const { problems, summary } = await follow(response);
  if (problems.length > 0) process.exitCode = 1;
  const { type: _, ...counts } = summary;
  const found = problems.map(({ subject, reason }) => ({ subject, reason }));
  const text = options.json
    ? JSON.stringify({ clean: problems.length === 0, ...counts, problems: found })
    : report(problems, summary, Date.now() - began);
  process.stdout.write(`${text}\n`);
}

async function follow(response: Response): Promise<{ problems: Problem[]; summary: Summary }> {
  const problems: Problem[] = [];
  const progress = showProgress('Verifying', 0);
  try {
    for await (const line of jsonLines(response)) {
      const event = line as VerifyEvent;
      if (event.type === 'summary') return { problems, summary: event };
      if (event.type === 'problem') problems.push(event);
      else
        progress.update(
          event.done,
          `${event.step}, ${size(event.bytes)} read, ${count(problems.length, 'problem')}`,
        );
    }
  } finally {
    progress.stop();
  }
  throw new CommandError('The check ended early: Strata stopped.');
}

function report(problems: Problem[], summary: Summary, ms: number): string {
  const rebuilt =
    summary.rebuilt > 0 ? `, ${count(summary.rebuilt, 'original file')} rebuilt and compared` : '';
  const lines = [
    `${count(summary.blobs, 'blob')} (${size(summary.bytes)}) of ${count(summary.instances, 'instance')} read again` +
      `${rebuilt} in ${duration(ms)}: ${problems.length === 0 ? 'all as they should be.' : `${count(problems.length, 'problem')}.`}`,
  ];
  if (summary.pool) lines.push(poolLine(summary.pool));
  if (summary.unnamed > 0) {
    lines.push(
      `${count(summary.unnamed, 'blob')} belong to no image: left by an import that was broken off, harmless.`,
    );
  }
  return [...lines, ...problems.map(({ subject, reason }) => `\n  ${subject}\n      ${reason}`)].join('\n');
}

function poolLine(pool: NonNullable<Summary['pool']>): string {
  const { servers, copies, damaged, missing, unread, below } = pool;
  return (
    `${count(copies, 'copy', 'copies')} on ${count(servers, 'server')}: ${damaged} damaged, ${missing} missing, ` +
    `${unread} not read; ${count(below, 'blob')} below the wanted number.`
  );
}
