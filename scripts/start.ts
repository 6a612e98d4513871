// `npm start`: builds what changed and starts Strata in this process.
import { buildViewer } from './build.ts';

buildViewer();
process.argv.splice(2, 0, 'start');
await import('../server/src/cli/main.ts');
