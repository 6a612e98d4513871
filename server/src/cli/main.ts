// `strata`: has Node keep what it compiles, so that every further start needs half the time, and runs the command line.
import { constants, enableCompileCache } from 'node:module';
import path from 'node:path';

const cache = path.resolve(import.meta.dirname, '../../../node_modules/.cache/strata');
const { status } = enableCompileCache(cache);
// For the processes that this one starts.
if (status !== constants.compileCacheStatus.FAILED) process.env.NODE_COMPILE_CACHE ??= cache;
await import('./command-line.ts');
