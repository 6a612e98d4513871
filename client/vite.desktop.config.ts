// How the desktop program is built: its main script and, in mode `preload`, the script that runs in the pages' sandbox.
import { builtinModules } from 'node:module';
import path from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

export default defineConfig(({ mode }) => {
  const isPreload = mode === 'preload';
  return {
    root: here,
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: path.join(here, isPreload ? 'preload/preload.ts' : 'main/main.ts'),
      outDir: path.join(here, isPreload ? 'dist-desktop/preload' : 'dist-desktop'),
      emptyOutDir: isPreload,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        external: ['electron', ...builtinModules, /^node:/],
        output: isPreload
          ? { format: 'cjs', entryFileNames: 'preload.cjs' }
          : { format: 'esm', entryFileNames: 'main.mjs', codeSplitting: false },
      },
    },
  };
});
