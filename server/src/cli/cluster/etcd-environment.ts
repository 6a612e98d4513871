// The settings of etcd on one node, as Debian's service reads them: /etc/default/etcd.
import { type ClusterNode, type ClusterPlan, hostAndPort } from './plan.ts';

/**
 * The lines of the file; sources: etcd's "Configuration flags" and Patroni's "Etcd".
 * @param state `new` for the first start of all, `existing` for a node that joins those that run
 */
export function etcdEnvironment(
  { nodes }: ClusterPlan,
  { name, address, ports, places }: ClusterNode,
  state: 'new' | 'existing',
): string {
  const peer = (node: ClusterNode) => `https://${hostAndPort(node.address, node.ports.etcdPeer)}`;
  const local = [...new Set([address, '127.0.0.1'])];
  const certificate = (file: string) => `${places.etcdCertificates}/${file}`;
  const settings = {
    NAME: name,
    DATA_DIR: places.etcdData,
    INITIAL_CLUSTER: nodes.map((node) => `${node.name}=${peer(node)}`).join(','),
    INITIAL_CLUSTER_STATE: state,
    INITIAL_CLUSTER_TOKEN: 'strata',
    INITIAL_ADVERTISE_PEER_URLS: peer({ name, address, ports, places }),
    ADVERTISE_CLIENT_URLS: `https://${hostAndPort(address, ports.etcdClient)}`,
    LISTEN_PEER_URLS: `https://${hostAndPort(address, ports.etcdPeer)}`,
    LISTEN_CLIENT_URLS: local.map((host) => `https://${hostAndPort(host, ports.etcdClient)}`).join(','),
    // Only who has a certificate of this cluster is heard.
    CERT_FILE: certificate('node.crt'),
    KEY_FILE: certificate('node.key'),
    TRUSTED_CA_FILE: certificate('ca.crt'),
    CLIENT_CERT_AUTH: 'true',
    PEER_CERT_FILE: certificate('node.crt'),
    PEER_KEY_FILE: certificate('node.key'),
    PEER_TRUSTED_CA_FILE: certificate('ca.crt'),
    PEER_CLIENT_CERT_AUTH: 'true',
    // See patroni.yml.
    ENABLE_V2: 'true',
    // Patroni writes every few seconds; what was before is of no use.
    AUTO_COMPACTION_MODE: 'periodic',
    AUTO_COMPACTION_RETENTION: '1h',
    LOGGER: 'zap',
  };
  const lines = Object.entries(settings).map(([key, value]) => `ETCD_${key}=${value}`);
  return `# etcd of the metadata cluster, made by strata cluster init.\n${lines.join('\n')}\n`;
}
