// `npm run bench -- memory`: how much memory a large frame takes, each measurement in a process of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { MemoryReport } from './measured.ts';

const USAGE = `npm run bench -- memory [--side N] [--json]

  --side N   pixels on each side of the frame (default 8000)
  --json     results as JSON on the standard output`;

/** A decode may take so many times its output. */
const GOAL = 2.5;

function measured(...args: string[]): MemoryReport {
  const script = path.join(import.meta.dirname, 'measured.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the measurement ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Runs the benchmark of memory and prints it. @returns the exit code */
export async function benchMemory(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      side: { type: 'string', default: '8000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const side = Number(values.side);
  if (values.help || !Number.isInteger(side) || side < 16 || side > 16_384) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-memory-'));
  const reports: MemoryReport[] = [];
  try {
    for (const bits of ['16', '8']) {
      const file = path.join(folder, `${bits}.strata`);
      reports.push(measured('encode', file, values.side, bits));
      for (const way of ['frame', 'levels', 'region']) reports.push(measured(way, file, values.side, bits));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (values.json) {
    console.log(JSON.stringify(reports, null, 1));
    return 0;
  }
  for (const { way, bits, milliseconds, addedMiB, pixelsMiB, ratio } of reports) {
    const times = `${ratio.toFixed(2)} x the pixels`.padStart(18);
    console.log(
      `${way.padEnd(8)} ${bits.padStart(2)} bits  ${addedMiB.toFixed(0).padStart(5)} MiB for ${pixelsMiB.toFixed(0).padStart(4)} MiB of pixels ${times}  ${milliseconds.toFixed(0).padStart(6)} ms`,
    );
  }
  console.log('goals');
  for (const { way, bits, ratio } of reports.filter(
    (report) => report.way !== 'encode' && report.way !== 'region',
  )) {
    const met = ratio <= GOAL ? 'met    ' : 'NOT MET';
    console.log(
      `  ${met}  decoding (${way}) ${bits} bits, memory over that of the pixels <= ${GOAL}   ${ratio.toFixed(2)}`,
    );
  }
  return 0;
}
