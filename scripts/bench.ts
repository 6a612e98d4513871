// `npm run bench`: builds what changed, then measures. Arguments go to the benchmark.
import { buildKernels } from './build.ts';

buildKernels();
await import('../test/bench/main.ts');
