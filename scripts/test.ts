// `npm test`: lint, types, directions of imports, dead code, then every test. Arguments go to Vitest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

const folder = mkdtempSync(path.join(tmpdir(), 'strata-test-'));
const report = path.join(folder, 'report.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
console.log('\n── Tests');
const tests = spawnSync(path.join(root, 'node_modules', '.bin', 'vitest'), ['run', ...reporters, ...only], {
  cwd: root,
  stdio: 'inherit',
});
const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
rmSync(folder, { recursive: true, force: true });
console.log(`\n${((Date.now() - started) / 1000).toFixed(0)} s in all`);
console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
process.exit(tests.status ?? 1);
