// `strata get`: fetches a level, and only its bytes, through the streaming client.
import { Command } from 'commander';
import { withStrata } from './connect.ts';
import { type Fetched, fetchLevels } from './fetch-levels.ts';
import { type CommonOptions, level, withCommonOptions } from './options.ts';
import { count, size } from './words.ts';

interface GetOptions extends CommonOptions {
  readonly level: number;
  readonly out: string;
  readonly json?: true;
}

const help = `
Level 0 is the smallest; each next one doubles both sides, the last one is the full image. Of each frame DIR holds
<series>/<number>-<SOP Instance UID>-<frame>.raw (row by row, little endian) and a .json with its geometry.

Examples:
  strata get 1.2.840.113619.2.1 --level 2 --out small
  strata get 1.2.840.113619.2.1 --level full --out pixels --json`;

export function getCommand(): Command {
  return withCommonOptions(new Command('get').description('fetch a level of images as raw pixels'))
    .argument('<uid>', 'a Study, Series or SOP Instance UID')
    .requiredOption('--level <n>', 'the level, or "full"; one above the last means full', level)
    .requiredOption('--out <dir>', 'the folder to write to')
    .option('--json', 'print one JSON object with every frame')
    .addHelpText('after', help)
    .action(async (uid: string, options: GetOptions) => {
      await withStrata({ ...options, command: 'get', folder: 'must-exist' }, async (url) => {
        const fetched = await fetchLevels(url, uid, options.level, options.out);
        process.stdout.write(`${options.json ? JSON.stringify(fetched) : report(fetched, options)}\n`);
      });
    });
}

function report(fetched: Fetched, { out }: GetOptions): string {
  const { frames, bytesReceived, bytesFull, withoutFrames } = fetched;
  const sizes = [...new Set(frames.map(({ width, height }) => `${width} x ${height}`))];
  const levels = [...new Set(frames.map((frame) => `${frame.level} of ${frame.levels}`))];
  const percent = bytesFull === 0 ? 0 : (100 * bytesReceived) / bytesFull;
  const lines = [
    `${count(frames.length, 'frame')} in ${out}: level ${levels.join(', ')}; ${sizes.slice(0, 3).join(', ')}${sizes.length > 3 ? ', ...' : ''}`,
    `Received ${bytesReceived.toLocaleString('en')} bytes (${size(bytesReceived)}); the full level is ` +
      `${bytesFull.toLocaleString('en')} bytes (${size(bytesFull)}): ${percent.toFixed(1)} %.`,
  ];
  if (withoutFrames > 0) lines.push(`${count(withoutFrames, 'instance')} without images left out.`);
  return lines.join('\n');
}
