// The settings of Patroni and of the PostgreSQL that it runs on one node: patroni.yml.
import { type ClusterNode, type ClusterPlan, hostAndPort } from './plan.ts';

/** A value as YAML has it: JSON is a part of YAML. */
const quoted = (value: string): string => JSON.stringify(value);

/**
 * The file. What all nodes share (`bootstrap.dcs`) is taken from it once, by the node that starts first; later it is changed
 * by `patronictl edit-config`. Sources: Patroni's "YAML Configuration Settings", "Dynamic Configuration Settings" and
 * "Replication modes".
 */
export function patroniConfiguration(plan: ClusterPlan, node: ClusterNode): string {
  const { nodes, passwords, timing } = plan;
  const { name, address, ports, places } = node;
  const at = (file: string) => quoted(`${places.configuration}/${file}`);
  const verified = `sslmode: verify-full\n      sslrootcert: ${at('ca.crt')}`;
  const listen = [...new Set([address, '127.0.0.1'])].join(',');
  const initdb = ['data-checksums', ...plan.initdb].map((option) => `    - ${option}`).join('\n');
  return `# Patroni of node ${name} of the metadata cluster, made by strata cluster init.
scope: strata
name: ${quoted(name)}

restapi:
  listen: ${quoted(hostAndPort(address, ports.rest))}
  connect_address: ${quoted(hostAndPort(address, ports.rest))}
  certfile: ${at('node.crt')}
  keyfile: ${at('node.key')}
  cafile: ${at('ca.crt')}
  verify_client: required

ctl:
  cacert: ${at('ca.crt')}
  certfile: ${at('node.crt')}
  keyfile: ${at('node.key')}

# The older interface of etcd, in which a primary can only renew a right that it still has. By the newer one Patroni 3.0.2, that
# of Debian 12, overwrites the right of the next primary when it was cut off meanwhile (patroni/patroni pull request 2689).
etcd:
  hosts:
${nodes.map((each) => `    - ${quoted(hostAndPort(each.address, each.ports.etcdClient))}`).join('\n')}
  protocol: https
  cacert: ${at('ca.crt')}
  cert: ${at('node.crt')}
  key: ${at('node.key')}

bootstrap:
  dcs:
    ttl: ${timing.ttl}
    loop_wait: ${timing.loopWait}
    retry_timeout: ${timing.retryTimeout}
    # A commit is acknowledged when two machines have it on disk, and only a standby that has all of them may take over.
    # Strict: when there is no second machine, writes wait rather than being kept once.
    synchronous_mode: true
    synchronous_mode_strict: true
    synchronous_node_count: 1
    check_timeline: true
    # The list of synchronous standbys decides who may take over. This limit counts what was written and not yet acknowledged
    # too: a small one would refuse a good standby in the middle of a large commit.
    maximum_lag_on_failover: 1073741824
    # Without etcd nobody knows who is primary: writes stop, reads go on.
    failsafe_mode: false
    # A PostgreSQL that crashed is replaced at once: a standby is ready sooner than it has recovered.
    primary_start_timeout: 0
    # How long a switchover waits for a clean stop.
    primary_stop_timeout: 30
    postgresql:
      use_pg_rewind: true
      # No slots: a standby could not follow a new primary before that one has made them, and writes wait for the standby. What
      # standbys need after they were away is kept by size, which cannot fill the disk as a forgotten slot would.
      use_slots: false
      parameters:
        wal_level: replica
        hot_standby: 'on'
        wal_log_hints: 'on'
        synchronous_commit: 'on'
        max_connections: 200
        max_wal_senders: 10
        wal_keep_size: ${plan.walKept}
        max_wal_size: ${plan.walKept}
        # A standby that is silent for so long is cut off, and another one becomes the synchronous one.
        wal_sender_timeout: 8s
        wal_receiver_timeout: 8s
        wal_retrieve_retry_interval: 200ms
        # Long queries at a standby are not ended by what the primary cleans up.
        hot_standby_feedback: 'on'
        # A client that is gone without a word does not hold its locks for hours.
        tcp_keepalives_idle: 10
        tcp_keepalives_interval: 5
        tcp_keepalives_count: 3
        tcp_user_timeout: 20s
        idle_in_transaction_session_timeout: 60s
        shared_buffers: ${plan.sharedBuffers}
        password_encryption: scram-sha-256
  initdb:
    - encoding: UTF8
    - locale: C.UTF-8
    - auth-host: scram-sha-256
    - auth-local: scram-sha-256
${initdb}
  post_bootstrap: ${quoted(`${places.postgresPrograms}/psql -X -q -v ON_ERROR_STOP=1 -f ${places.configuration}/strata.sql -d`)}

postgresql:
  listen: ${quoted(hostAndPort(listen, ports.postgres))}
  connect_address: ${quoted(hostAndPort(address, ports.postgres))}
  data_dir: ${quoted(places.postgresData)}
  bin_dir: ${quoted(places.postgresPrograms)}
  pgpass: ${at('pgpass')}
  use_unix_socket: true
  use_unix_socket_repl: true
  authentication:
    superuser:
      username: postgres
      password: ${quoted(passwords.superuser)}
      ${verified}
    replication:
      username: replicator
      password: ${quoted(passwords.replication)}
      ${verified}
    rewind:
      username: rewinder
      password: ${quoted(passwords.rewind)}
      ${verified}
  basebackup:
    - checkpoint: fast
  parameters:
    unix_socket_directories: ${quoted(places.sockets)}
    ssl: 'on'
    ssl_cert_file: ${at('node.crt')}
    ssl_key_file: ${at('node.key')}
    ssl_ca_file: ${at('ca.crt')}
    ssl_min_protocol_version: TLSv1.2
  pg_hba:
${accessRules(plan)
  .map((rule) => `    - ${rule}`)
  .join('\n')}

# Where the machine has a watchdog, it is reset when Patroni hangs and could not stop PostgreSQL before its right ends.
watchdog:
  mode: automatic
  device: /dev/watchdog
  safety_margin: 2
`;
}

/** Who may connect, as pg_hba.conf has it: the nodes among themselves, and Strata's servers to its database. */
function accessRules({ nodes, clients, requireTls }: ClusterPlan): string[] {
  const whole = (address: string) => `${address}/${address.includes(':') ? 128 : 32}`;
  const machines = [...new Set([...nodes.map(({ address }) => address), '127.0.0.1', '::1'])].map(whole);
  const kind = requireTls ? 'hostssl' : 'host';
  return [
    'local all all scram-sha-256',
    'local replication replicator scram-sha-256',
    ...machines.flatMap((machine) => [
      `hostssl replication replicator ${machine} scram-sha-256`,
      `hostssl all postgres,rewinder ${machine} scram-sha-256`,
    ]),
    ...clients.map((network) => `${kind} all strata ${network} scram-sha-256`),
  ];
}
