// `npm run desktop`: builds the desktop program and starts it. With --pack it makes the installers of this system instead.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildDesktop } from './build.ts';

const root = path.resolve(import.meta.dirname, '..');
const client = path.join(root, 'client');
const electron = path.join(client, 'node_modules', 'electron');
/** Fetched when it is wanted: it brings tools for three systems. */
const builder = 'electron-builder@26.17.0';

/** The program itself, which the package of the registry does not hold; null when it was not fetched yet. */
function electronProgram(): string | null {
  const named = path.join(electron, 'path.txt');
  if (!existsSync(named)) return null;
  const program = path.join(electron, 'dist', readFileSync(named, 'utf8').trim());
  return existsSync(program) ? program : null;
}

function fetchElectron(): string {
  console.error("Fetching Electron's binary (about 100 MB, once) ...");
  spawnSync(process.execPath, [path.join(electron, 'install.js')], {
    cwd: electron,
    stdio: ['ignore', 2, 2],
  });
  const program = electronProgram();
  if (program) return program;
  console.error(
    "\nElectron's binary could not be fetched: it does not come from the npm registry, and this network may not reach where it is. " +
      'Set ELECTRON_MIRROR to a mirror that can be reached and run the same command again. ' +
      'All else works without it: `npm start` shows the same pages in a browser.',
  );
  process.exit(1);
}

buildDesktop();
const args = process.argv.slice(2);
if (args.includes('--pack')) {
  const rest = args.filter((arg) => arg !== '--pack');
  const packed = spawnSync(
    'npx',
    ['--yes', builder, '--config', 'electron-builder.yml', '--publish', 'never', ...rest],
    {
      cwd: client,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  process.exit(packed.status ?? 1);
}
const program = electronProgram() ?? fetchElectron();
const ended = spawnSync(program, [client, ...args], { stdio: 'inherit' });
process.exit(ended.status ?? 1);
