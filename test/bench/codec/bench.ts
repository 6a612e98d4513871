// `npm run bench -- codec`: Strata's codec beside JPEG 2000, HTJ2K and JPEG-LS, in one process, one thread.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolder } from '../../support/data.ts';
import { benchImage, filesUnder } from './images.ts';
import { measure } from './measure.ts';
import { peers } from './peers.ts';
import { answers, ROW_TITLE, type Row, rowLine, summary } from './report.ts';
import { strataContender } from './strata.ts';

const USAGE = `npm run bench -- codec [--data DIR] [--rounds N] [--json]

  --data DIR   DICOM files to measure on (default: the test images)
  --rounds N   how often each codec takes its turn on each image (default 5)
  --json       results as JSON on the standard output`;

/** Runs the codec benchmark and prints it. @returns the exit code */
export async function benchCodec(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: dataFolder },
      rounds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (values.help || !Number.isInteger(rounds) || rounds < 1) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const folder = path.resolve(values.data);
  const files = await filesUnder(folder);
  const contenders = [await strataContender(), ...(await peers())];
  const rows: Row[] = [];
  let failures = 0;
  console.error(ROW_TITLE);
  for (const [at, file] of files.entries()) {
    const image = benchImage(folder, file);
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${at + 1} of ${files.length}`);
    if (!image) continue;
    const row = { image, results: measure(contenders, image, rounds) };
    rows.push(row);
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    console.error(rowLine(row));
    for (const [name, result] of row.results) {
      if (!(result instanceof Error)) continue;
      console.error(`  ${name}: ${result.message}`);
      if (name === 'Strata') failures++;
    }
  }
  if (rows.length === 0) {
    console.error(`No readable DICOM image in ${folder}.`);
    return 1;
  }
  if (values.json) console.log(JSON.stringify(toJson(rows), null, 1));
  else console.log(summary(rows));
  return failures === 0 ? 0 : 1;
}

function toJson(rows: Row[]): unknown {
  return {
    summary: answers(rows),
    images: rows.map(({ image, results }) => ({
      name: image.name,
      modality: image.modality,
      format: image.format,
      rawBytes: image.pixels.byteLength,
      results: Object.fromEntries(
        [...results].map(([name, result]) => [
          name,
          result instanceof Error ? { error: result.message } : result,
        ]),
      ),
    })),
  };
}
