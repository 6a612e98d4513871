// The exact commands for this cluster, printed by `strata cluster init` and kept beside its files.
import { CLIENT_AUTHORITY } from './install-script.ts';
import type { ClusterPlan } from './plan.ts';

export function clusterGuide({ nodes }: ClusterPlan): string {
  const [first] = nodes;
  const places = first?.places.etcdCertificates;
  const etcdctl = `etcdctl --endpoints https://127.0.0.1:2379 --cacert ${places}/ca.crt --cert ${places}/node.crt --key ${places}/node.key`;
  const copy = nodes.map(
    ({ name, address }) =>
      `    scp -rp ${name} root@${address}:/root/strata-${name} && ssh root@${address} sh /root/strata-${name}/install.sh`,
  );
  return `# The metadata cluster: ${nodes.map(({ name, address }) => `${name} (${address})`).join(', ')}

This folder holds passwords and keys: keep it where only administrators are. What all of this means, and what to do when a
machine is lost: docs/metadata-cluster.md.

## 1. Let the machines reach each other
Open on each node: 5432 for the other nodes and for Strata's servers; 8008, 2379 and 2380 for the other nodes only.

## 2. Make the nodes, from this folder
${copy.join('\n')}

The first one waits for the second before anything happens: two of three must be there.

## 3. Look
    ssh root@${first?.address} patronictl -c /etc/patroni/config.yml list
    ssh root@${first?.address} ${etcdctl} endpoint health --cluster

## 4. Let Strata use it, on each of its servers
    install -D -m 0644 ca.crt ${CLIENT_AUTHORITY}
    strata cluster status --metadata metadata-url
    strata start --metadata metadata-url

What is in a data folder already moves there with \`strata metadata migrate\`.
`;
}
