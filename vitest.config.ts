import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{codec,packages/*,server,client,test,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
