// `npm run bench`: the measurements behind every claim of speed or size.
import { benchCluster } from './cluster/bench.ts';
import { benchCodec } from './codec/bench.ts';
import { benchFailover } from './failover/bench.ts';
import { benchIngest } from './ingest/bench.ts';
import { benchMemory } from './memory/bench.ts';
import { benchMetadata } from './metadata/bench.ts';
import { benchQueries } from './queries/bench.ts';
import { benchRepair } from './repair/bench.ts';
import { benchStream } from './stream/bench.ts';
import { benchConnections } from './stream/connections.ts';
import { benchViewer } from './viewer/bench.ts';
import { benchWorkers } from './workers/bench.ts';

const benches: Record<string, (args: string[]) => Promise<number>> = {
  cluster: benchCluster,
  codec: benchCodec,
  connections: benchConnections,
  failover: benchFailover,
  ingest: benchIngest,
  memory: benchMemory,
  metadata: benchMetadata,
  queries: benchQueries,
  repair: benchRepair,
  stream: benchStream,
  viewer: benchViewer,
  workers: benchWorkers,
};
const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')} [options]   (--help for each)`);
  process.exit(2);
}
process.exitCode = await bench(args);
