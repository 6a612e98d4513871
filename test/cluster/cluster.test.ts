// The cluster of the tests itself: it comes up as a site's would, takes over, and leaves nothing behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { missingForCluster } from '../support/cluster/missing.ts';
import { processesIn } from '../support/cluster/processes.ts';
import { type Cluster, startCluster } from '../support/cluster/start-cluster.ts';
import { until } from '../support/pool.ts';

// Failovers take as long as they take; on a busy machine longer.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const missing = missingForCluster();
if (missing) console.log(missing);

let cluster: Cluster | null = null;
afterEach(() => cluster?.close());

test.skipIf(missing)(
  'all processes and files are gone when the test that started a cluster is killed',
  async () => {
    const start = path.resolve(import.meta.dirname, '../support/cluster/start-cluster.ts');
    const script = `const { startCluster } = await import(${JSON.stringify(start)});
    const cluster = await startCluster();
    console.log(cluster.node(0).folder);
    setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const folder = path.dirname(String(line).trim());
    expect(processesIn(folder).length).toBeGreaterThan(20);
    child.kill('SIGKILL');
    await until(async () => processesIn(folder).length === 0 && !existsSync(folder));
  },
);

test.skipIf(missing)('a cluster without namespaces takes over when its primary is killed', async () => {
  cluster = await startCluster({ namespaces: false });
  const first = await cluster.primary();
  const standby = await cluster.synchronousStandby();
  await first?.kill9();
  await cluster.until('the standby is primary', async () => (await cluster?.primary()) === standby);
  first?.start();
  await cluster.untilWell();
});
