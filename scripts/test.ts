// `npm test`: lint, types, directions of imports, dead code, then every test. Arguments go to Vitest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missingForCluster } from '../test/support/cluster/missing.ts';
import { startCluster } from '../test/support/cluster/start-cluster.ts';
import { buildViewer } from './build.ts';

const root = path.resolve(import.meta.dirname, '..');
const started = Date.now();

function run(what: string, command: string, args: string[]): void {
  const began = Date.now();
  console.log(`\n── ${what}`);
  const result = spawnSync(path.join(root, 'node_modules', '.bin', command), args, {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) {
    console.error(`\n${what} failed: ${command} ${args.join(' ')}`);
    process.exit(result.status || 1);
  }
  console.log(`   ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

buildViewer();
const only = process.argv.slice(2);
if (only.length === 0) {
  run('Lint and format', 'biome', ['check', '--error-on-warnings', '.']);
  run('Types', 'tsc', ['-p', '.']);
  run('Types of the client', 'tsc', ['-p', 'client']);
  run('Types of the desktop program', 'tsc', ['-p', 'client/main']);
  run('Directions of imports', 'depcruise', [
    ...['codec', 'packages', 'server', 'client', 'test'],
    ...['--config', '.dependency-cruiser.mjs'],
  ]);
  run('Dead code', 'knip', []);
}

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

/** The part that is read here of what Vitest's JSON reporter writes. */
interface Report extends Counts {
  readonly testResults: readonly {
    /** The file, absolute. */
    readonly name: string;
    readonly status: string;
    /** What went wrong outside of any test. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** @returns what failed, one text each: file, test, and the first lines of why */
function failures(report: Report): string[] {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${file}\n${firstLines(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) => `${file}: ${fullName}\n${firstLines(failureMessages?.[0] ?? '')}`,
    );
  });
}

function firstLines(text: string): string {
  const lines = text.split('\n').slice(0, 12);
  return lines.map((line) => `    ${line.slice(0, 200)}`).join('\n');
}

/** Runs tests. @returns their counts, what failed, and whether all went well */
function runTests(what: string, args: readonly string[], environment: Record<string, string> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-test-'));
  const report = path.join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  console.log(`\n── ${what}`);
  const program = path.join(root, 'node_modules', '.bin', 'vitest');
  const { status } = spawnSync(program, ['run', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
  rmSync(folder, { recursive: true, force: true });
  const failed = failures(counts);
  if (status !== 0 && failed.length === 0) failed.push(`${what}: an error outside of the tests, told above`);
  return { counts, failed, status: status ?? 1 };
}

const runs = [runTests('Tests', only)];
if (only.length === 0) {
  const missing = missingForCluster();
  if (missing) console.log(`\n── Tests of the metadata on a cluster: skipped. ${missing}`);
  else {
    const cluster = await startCluster();
    const args = ['packages/metadata', '--exclude', '**/embedded/**', '--exclude', '**/connections/**'];
    const where = { STRATA_TEST_METADATA: cluster.url };
    runs.push(runTests('Tests of the metadata on a cluster', args, where));
    await cluster.close();
  }
}
// Said again at the end: of a long output often only that is kept.
for (const text of runs.flatMap(({ failed }) => failed)) console.log(`\nFailed: ${text}`);
const sum = (key: keyof Counts) => runs.reduce((total, { counts }) => total + counts[key], 0);
console.log(`\n${((Date.now() - started) / 1000).toFixed(0)} s in all`);
console.log(
  `${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${sum('numPendingTests')} skipped`,
);
process.exit(runs.find(({ status }) => status !== 0)?.status ?? 0);
