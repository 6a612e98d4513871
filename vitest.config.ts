import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{codec,packages/*,server,client,test,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Many tests wait for processes and clocks: one worker for two cores would leave half of them idle.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
