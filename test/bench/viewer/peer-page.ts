// Builds the peers' page, as Strata's own is built.
import path from 'node:path';
import { build } from 'vite';

/** Bundles the page into a folder. */
export async function buildPeerPage(folder: string): Promise<void> {
  await build({
    root: path.join(import.meta.dirname, 'page'),
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: { xmlbuilder2: path.resolve(import.meta.dirname, '../../../client/stubs/xmlbuilder2.ts') },
    },
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: false, target: 'es2023', chunkSizeWarningLimit: 8_000 },
  });
}
