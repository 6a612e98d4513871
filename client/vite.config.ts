// How the viewer's pages are built: one small page at once, the viewport's large libraries when a study is opened.
import path from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
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
