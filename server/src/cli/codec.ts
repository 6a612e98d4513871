// `strata codec`: the codec by itself, without a server or a data folder.
import { Command } from 'commander';
import { systemCode } from '../config/start-error.ts';
import type { WrittenFile } from './codec-files.ts';

import { codestreamInfo, infoJson, infoReport } from './codec-info.ts';
import { CommandError } from './failure.ts';
import { level, whole } from './options.ts';
import { table } from './table.ts';
import { count, size } from './words.ts';

interface OutOptions {
  readonly out: string;
  readonly json?: true;
}

interface EncodeOptions extends OutOptions {
  readonly width?: number;
  readonly height?: number;
  readonly samples?: number;
  readonly bits?: number;
  readonly signed?: true;
}

interface DecodeOptions extends OutOptions {
  readonly level: number;
}

export function codecCommand(): Command {
  return new Command('codec')
    .description('code and decode files, without a server')
    .helpCommand('help [command]', 'print the help of a command')
    .addCommand(encodeCommand().helpOption('-h, --help', 'print this help'))
    .addCommand(decodeCommand().helpOption('-h, --help', 'print this help'))
    .addCommand(infoCommand().helpOption('-h, --help', 'print this help'));
}

function encodeCommand(): Command {
  return new Command('encode')
    .description('code the frames of DICOM files, or one raw frame')
    .argument('<file...>', 'DICOM files, or raw pixels when a geometry is given')
    .requiredOption('--out <dir>', 'the folder to write to')
    .option('--width <n>', 'columns of the raw pixels', whole(1, 65_535))
    .option('--height <n>', 'rows of the raw pixels', whole(1, 65_535))
    .option('--samples <n>', 'samples of a pixel: 1 (when not given) or 3', whole(1, 3))
    .option('--bits <n>', 'bits of a sample; above 8 it has two bytes, little endian', whole(1, 16))
    .option('--signed', 'samples are signed')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Writes DIR/<name>-<frame>.stwc. Every codestream is decoded again and compared before it is written.

Examples:
  strata codec encode image.dcm --out coded
  strata codec encode image.raw --width 512 --height 512 --bits 12 --out coded`,
    )
    .action(async (files: string[], options: EncodeOptions) => {
      const written: WrittenFile[] = [];
      for (const file of files) written.push(...(await about(file, () => encode(file, options))));
      print(written, options);
    });
}

async function encode(file: string, options: EncodeOptions): Promise<WrittenFile[]> {
  const { encodeDicom, encodeRaw } = await loadFiles();
  const { width, height, samples = 1, bits, signed, out } = options;
  const described = [width, height, options.samples, bits, signed].some((one) => one !== undefined);
  if (!described) return encodeDicom(file, out);
  if (width === undefined || height === undefined || bits === undefined || samples === 2) {
    throw new CommandError('Raw pixels need --width, --height and --bits, and --samples 1 or 3.');
  }
  const format = { width, height, samples: samples as 1 | 3, bits, signed: signed === true };
  return encodeRaw(file, format, out);
}

function decodeCommand(): Command {
  return new Command('decode')
    .description('decode codestreams to raw pixels')
    .argument('<file...>', 'codestreams (.stwc); a beginning that ends at a level is enough for that level')
    .requiredOption('--out <dir>', 'the folder to write to')
    .option('--level <n>', 'the level to decode to, "full" when not given', level, level('full'))
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Writes DIR/<name>.raw (row by row, little endian) and DIR/<name>.json with the geometry.

Examples:
  strata codec decode coded/image-1.stwc --level 2 --out decoded`,
    )
    .action(async (files: string[], options: DecodeOptions) => {
      const { decodeFile } = await loadFiles();
      const written: WrittenFile[] = [];
      for (const file of files) {
        written.push(await about(file, () => decodeFile(file, options.level, options.out)));
      }
      print(written, options);
    });
}

function infoCommand(): Command {
  return new Command('info')
    .description('print the header of codestreams')
    .argument('<file...>', 'codestreams (.stwc)')
    .option('--json', 'print one JSON array')
    .addHelpText('after', '\nExamples:\n  strata codec info coded/image-1.stwc')
    .action(async (files: string[], options: { json?: true }) => {
      const infos = await Promise.all(files.map((file) => about(file, () => codestreamInfo(file))));
      process.stdout.write(
        `${options.json ? JSON.stringify(infos.map(infoJson)) : infos.map(infoReport).join('\n\n')}\n`,
      );
    });
}

/** Loaded only here: other commands start faster without the codec and the DICOM reader. */
const loadFiles = () => import('./codec-files.ts');

/** Runs a task about one file; what it throws names the file. */
async function about<Result>(file: string, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    throw new CommandError(`${file}: ${wordsOf(error)}`, { cause: error });
  }
}

function wordsOf(error: unknown): string {
  const code = systemCode(error);
  const missing = error instanceof Error && 'path' in error ? ` (${error.path})` : '';
  if (code === 'ENOENT') return `There is no such file or folder${missing}.`;
  if (code === 'EISDIR') return 'It is a folder. Name the files in it.';
  return error instanceof Error ? error.message : String(error);
}

function print(written: WrittenFile[], options: OutOptions): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ files: written })}\n`);
    return;
  }
  const rows = written.map(({ file, what, bytesIn, bytesOut }) => [
    file,
    what,
    bytesIn.toLocaleString('en'),
    bytesOut.toLocaleString('en'),
  ]);
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'file' },
    { title: 'what' },
    { title: 'bytes in', ...right },
    { title: 'bytes out', ...right },
  ];
  const total = written.reduce((sum, { bytesOut }) => sum + bytesOut, 0);
  process.stdout.write(`${table(columns, rows)}\n\n${count(written.length, 'file')}, ${size(total)}\n`);
}
