// How the viewer's pages are built: one small page at once, the viewport's large libraries when a study is opened.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Beside each script and style sheet the same compressed, which the server sends: Brotli is taken over TLS only. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir = '.' }, bundle) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    for (const name of Object.keys(bundle).filter((file) => /\.(?:js|css)$/.test(file))) {
      const file = path.join(dir, name);
      const bytes = readFileSync(file);
      writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
      writeFileSync(`${file}.gz`, gzipSync(bytes));
    }
  },
};

export default defineConfig({
  plugins: [compressed],
  // vtk.js ships readers of XML formats; we use none, and their XML library does not bundle for browsers.
  resolve: { alias: { xmlbuilder2: path.join(import.meta.dirname, 'stubs/xmlbuilder2.ts') } },
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    target: 'es2023',
    sourcemap: false,
    // Cornerstone3D and vtk.js are 3 MB by nature; they load after the worklist.
    chunkSizeWarningLimit: 8_000,
  },
});
