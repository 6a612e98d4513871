// The door to everything: installs what is missing, then runs `start`, `test`, ... with the pinned Node.
// Plain JavaScript for Node 20 and up, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = path.join(root, 'node_modules', '.bin');
const pinnedNode = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
/** The package manager, through npx. Not `packageManager` in package.json: pnpm would then insist on installing itself again. */
const pnpm = 'pnpm@12.21.0';
const stampFile = path.join(root, 'node_modules', '.strata-installed');

/** What an installation depends on: the lock file, the workspace file and every package.json. */
function installStamp() {
  const hash = createHash('sha256').update(process.platform + process.arch);
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'];
  for (const folder of [
    'codec',
    'packages/protocol',
    'packages/dicom',
    'packages/metadata',
    'packages/store',
    'packages/stream',
    'server',
    'client',
    'test',
  ]) {
    files.push(`${folder}/package.json`);
  }
  for (const file of files) hash.update(file).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

function installWhatIsMissing() {
  const stamp = installStamp();
  const current = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (current === stamp && existsSync(pinnedNode)) return;
  console.error('Installing what Strata needs (one to two minutes the first time) ...');
  const install = spawnSync(
    'npx',
    ['--yes', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
      env: { ...process.env, CI: '1', npm_config_update_notifier: 'false' },
    },
  );
  if (install.status !== 0 || !existsSync(pinnedNode)) {
    console.error(
      '\nThe installation did not finish. Read the lines above, check the network to the npm registry, and run the same command again.',
    );
    process.exit(install.status || 1);
  }
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Runs a TypeScript file with the pinned Node and ends as it ends. The child stops when this process is gone, however it went. */
function hand(file, args) {
  const child = spawn(pinnedNode, [path.join(root, file), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, PATH: bin + path.delimiter + process.env.PATH, STRATA_LIFELINE_FD: '3' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const orphaned = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000);
  child.on('exit', (code, signal) => {
    clearInterval(orphaned);
    process.exit(signal ? 128 + 15 : code);
  });
}

const [task, ...args] = process.argv.slice(2);
const tasks = {
  start: () => hand('scripts/start.ts', args),
  test: () => hand('scripts/test.ts', args),
  bench: () => hand('scripts/bench.ts', args),
  desktop: () => hand('scripts/desktop.ts', args),
};
if (!tasks[task]) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(tasks).join('|')} [arguments]`);
  process.exit(2);
}
installWhatIsMissing();
tasks[task]();
