// All files of one node: what its etcd, Patroni and PostgreSQL read.
import type { NodeCertificate } from './certificates.ts';
import { etcdEnvironment } from './etcd-environment.ts';
import { patroniConfiguration } from './patroni-configuration.ts';
import type { ClusterNode, ClusterPlan } from './plan.ts';

/** The names of the files with their texts; those of etcd stand in /etc/default and beside its certificates, the others in `places.configuration`. */
export function nodeFiles(
  plan: ClusterPlan,
  node: ClusterNode,
  { authority, certificate, key }: NodeCertificate,
  state: 'new' | 'existing' = 'new',
): Record<string, string> {
  return {
    'etcd.env': etcdEnvironment(plan, node, state),
    'patroni.yml': patroniConfiguration(plan, node),
    'strata.sql': databaseOf(plan),
    'ca.crt': authority,
    'node.crt': certificate,
    'node.key': key,
  };
}

/** What the first primary runs once. */
function databaseOf({ passwords }: ClusterPlan): string {
  return `create role strata login password '${passwords.strata}';
create database strata owner strata;
-- To see who follows the primary: strata cluster status.
grant pg_monitor to strata;
`;
}
