// Builds what is generated (the codec's kernels, the viewer's pages) when its sources changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

interface Product {
  name: string;
  /** Globs of everything the product is made from. */
  sources: string[];
  /** A file that exists when the product was built; the stamp is kept beside it. */
  output: string;
  command: string[];
}

const kernels: Product = {
  name: 'codec kernels',
  sources: ['codec/assembly/**/*', 'codec/scripts/*', 'codec/package.json'],
  output: 'codec/build/kernels.ts',
  command: ['codec/scripts/build.ts'],
};

const viewer: Product = {
  name: 'viewer pages',
  sources: [
    'client/renderer/**/*',
    'client/*.{ts,json,html}',
    'client/stubs/**/*',
    'codec/{src,assembly}/**/*',
    'packages/{protocol,stream}/src/**/*',
    'pnpm-lock.yaml',
  ],
  output: 'client/dist/index.html',
  command: ['client/node_modules/vite/bin/vite.js', 'build', 'client', '--logLevel', 'warn'],
};

const desktopSources = ['client/{main,preload,bridge}/**/*', 'client/*.{ts,json}', 'pnpm-lock.yaml'];
const vite = 'client/node_modules/vite/bin/vite.js';

const desktop: Product = {
  name: 'desktop program',
  sources: desktopSources,
  output: 'client/dist-desktop/main.mjs',
  command: [vite, 'build', 'client', '-c', 'client/vite.desktop.config.ts', '--logLevel', 'warn'],
};

const preload: Product = {
  ...desktop,
  name: "the desktop's bridge",
  output: 'client/dist-desktop/preload/preload.cjs',
  command: [...desktop.command, '--mode', 'preload'],
};

function stampOf(product: Product): string {
  const hash = createHash('sha256');
  const files = product.sources.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }));
  const names = files.filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'));
  for (const file of names.map((entry) => path.join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function build(product: Product): void {
  const stampFile = path.join(root, path.dirname(product.output), '.stamp');
  const stamp = stampOf(product);
  const current = existsSync(path.join(root, product.output)) && existsSync(stampFile);
  if (current && readFileSync(stampFile, 'utf8') === stamp) return;
  console.error(`Building ${product.name} ...`);
  const result = spawnSync(process.execPath, product.command, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) throw new Error(`building ${product.name} failed; the lines above say why`);
  writeFileSync(stampFile, stamp);
}

/** Builds the kernels that every part needs. Under 50 ms when nothing changed. */
export function buildKernels(): void {
  build(kernels);
}

/** Builds the pages that the server hands to browsers (and the kernels in them). */
export function buildViewer(): void {
  build(kernels);
  build(viewer);
}

/** Builds the desktop program and the pages in it. */
export function buildDesktop(): void {
  buildViewer();
  build(desktop);
  build(preload);
}
