// `strata cluster` from outside: the files of a cluster are written, and a running one is judged.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { missingForCluster } from '../support/cluster/missing.ts';
import { type Cluster, startCluster } from '../support/cluster/start-cluster.ts';
import { strata, temporaryFolder } from '../support/strata.ts';

// Failovers take as long as they take; on a busy machine longer.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const place = temporaryFolder('cluster-files');
afterAll(() => place.remove());
const NODES = 'n1=10.0.0.1,n2=10.0.0.2,n3=10.0.0.3';

describe('strata cluster init', () => {
  const out = path.join(place.folder, 'cluster');
  const read = (name: string) => readFileSync(path.join(out, name), 'utf8');

  test('writes a folder for each node that only its owner can read, and an address list', async () => {
    const ran = await strata('cluster', 'init', '--nodes', NODES, '--out', out);
    expect(ran.code, ran.stderr).toBe(0);
    for (const node of ['n1', 'n2', 'n3']) {
      const files = ['ca.crt', 'etcd.env', 'install.sh', 'node.crt', 'node.key', 'patroni.yml', 'strata.sql'];
      expect(readdirSync(path.join(out, node)).sort()).toEqual(files);
      expect(statSync(path.join(out, node, 'node.key')).mode & 0o777).toBe(0o600);
      execFileSync('sh', ['-n', path.join(out, node, 'install.sh')]);
      const verified = ['verify', '-CAfile', 'ca.crt', '-verify_ip', `10.0.0.${node[1]}`, `${node}/node.crt`];
      expect(execFileSync('openssl', verified, { cwd: out, encoding: 'utf8' })).toContain('OK');
    }
    expect(read('metadata-url')).toMatch(
      /^postgres:\/\/strata:[\w-]{32}@10\.0\.0\.1:5432,10\.0\.0\.2:5432,10\.0\.0\.3:5432\/strata\?sslmode=verify-full&/,
    );
    expect(ran.stdout).not.toContain(/strata:([\w-]+)@/.exec(read('metadata-url'))?.[1]);
  });

  test('keeps passwords and authority when it is run again, and lets a new node join those that run', async () => {
    const before = [
      read('ca.crt'),
      read('secrets/ca.key'),
      /strata:([\w-]+)@/.exec(read('metadata-url'))?.[1],
    ];
    const nodes = NODES.replace('n3=10.0.0.3', 'n4=10.0.0.4');
    const ran = await strata('cluster', 'init', '--nodes', nodes, '--out', out);
    expect(ran.code, ran.stderr).toBe(0);
    const after = [
      read('ca.crt'),
      read('secrets/ca.key'),
      /strata:([\w-]+)@/.exec(read('metadata-url'))?.[1],
    ];
    expect(after).toEqual(before);
    expect(read('n4/etcd.env')).toContain('ETCD_INITIAL_CLUSTER_STATE=existing');
    expect(read('n1/etcd.env')).toContain('ETCD_INITIAL_CLUSTER_STATE=new');
  });

  test.each([
    ['n1=10.0.0.1,n2=10.0.0.2', 'A cluster has 3, 5 or 7 nodes, not 2'],
    ['n1=10.0.0.1,n2=10.0.0.2,n3=10.0.0.1', 'Two nodes have the address 10.0.0.1'],
    ['n1=10.0.0.1,n2=10.0.0.2,n3=db.example', 'this is none: "n3=db.example"'],
    ["n1=10.0.0.1,n2=10.0.0.2,n'3=10.0.0.3", 'A node is a name of small letters'],
  ])('refuses the nodes %s', async (nodes, words) => {
    const ran = await strata('cluster', 'init', '--nodes', nodes, '--out', path.join(place.folder, 'none'));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(words);
  });

  test('does not write into a folder of something else', async () => {
    const ran = await strata('cluster', 'init', '--nodes', NODES, '--out', path.join(out, 'n1'));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('is not empty');
  });
});

const missing = missingForCluster();
describe.skipIf(missing)('strata cluster status', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.close());

  test('says over TLS who is primary, who could take over, and what does not answer', async () => {
    const well = await strata('cluster', 'status', '--metadata', cluster.tlsUrl);
    const next = await cluster.synchronousStandby();
    expect(well.stdout + well.stderr).toContain(
      `${next?.name} has every acknowledged commit and could take over.`,
    );
    expect(well.code).toBe(0);
    for (const node of cluster.nodes) if (node !== (await cluster.primary())) await node.kill9();
    const alone = await strata('cluster', 'status', '--metadata', cluster.url, '--json');
    expect(alone.code).toBe(1);
    const { isWell, servers } = JSON.parse(alone.stdout);
    expect(isWell).toBe(false);
    expect(servers.map(({ role }: { role: string }) => role).sort()).toEqual(['away', 'away', 'primary']);
  });
});
