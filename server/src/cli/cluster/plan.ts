// What a metadata cluster consists of: its machines, where things lie on them, its passwords and how fast it takes over.
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { CommandError } from '../failure.ts';

/** Where the parts of a node listen. */
export interface NodePorts {
  readonly postgres: number;
  /** Patroni's own interface, by which the nodes look at each other. */
  readonly rest: number;
  readonly etcdClient: number;
  readonly etcdPeer: number;
}

/** Absolute paths on the machine of a node. */
interface NodePlaces {
  /** The configuration files and certificates that PostgreSQL and Patroni read. */
  readonly configuration: string;
  /** The certificates that etcd reads: it runs as another user. */
  readonly etcdCertificates: string;
  readonly etcdData: string;
  readonly postgresData: string;
  readonly postgresPrograms: string;
  readonly sockets: string;
}

/** One machine of the cluster. */
export interface ClusterNode {
  readonly name: string;
  /** An IP address that the other nodes and all clients reach. */
  readonly address: string;
  readonly ports: NodePorts;
  readonly places: NodePlaces;
}

/** Seconds, in Patroni's words: `loopWait + 2 * retryTimeout` is at most `ttl`, or a primary could be replaced that still lives. */
export interface Timing {
  /** How long the primary's right lasts that it renews every `loopWait`. */
  readonly ttl: number;
  readonly loopWait: number;
  /** How long etcd and PostgreSQL may keep silent before the primary steps down. */
  readonly retryTimeout: number;
}

/** The passwords of the database's users. */
export interface Passwords {
  /** `postgres`, who may do everything. */
  readonly superuser: string;
  /** `replicator`, by whom standbys follow. */
  readonly replication: string;
  /** `rewinder`, by whom an old primary finds its way back. */
  readonly rewind: string;
  /** `strata`, the owner of Strata's database. */
  readonly strata: string;
}

export interface ClusterPlan {
  readonly nodes: readonly ClusterNode[];
  readonly passwords: Passwords;
  readonly timing: Timing;
  /** Networks from which Strata's servers come, in CIDR notation. */
  readonly clients: readonly string[];
  /** Whether clients without TLS are refused. */
  readonly requireTls: boolean;
  /** Memory for shared buffers, and how much of the log a primary keeps for standbys that were away; as PostgreSQL writes sizes. */
  readonly sharedBuffers: string;
  readonly walKept: string;
  /** More options of initdb. */
  readonly initdb: readonly string[];
}

/**
 * A primary that is gone is replaced after 7 to 10 s. While there is none, nodes look for one every `loopWait`, and writes wait
 * for a second one to follow. Patroni 3.1 and later take no ttl below 20 s and no loop_wait below 2 s, and use these.
 */
export const TIMING: Timing = { ttl: 8, loopWait: 1, retryTimeout: 3 };

export const PORTS: NodePorts = { postgres: 5432, rest: 8008, etcdClient: 2379, etcdPeer: 2380 };

/** Where Debian's packages have or expect things. @param version the major version of PostgreSQL */
export function debianPlaces(version: number): NodePlaces {
  return {
    configuration: '/etc/strata-cluster/postgres',
    etcdCertificates: '/etc/strata-cluster/etcd',
    etcdData: '/var/lib/etcd/strata',
    postgresData: `/var/lib/postgresql/${version}/strata`,
    postgresPrograms: `/usr/lib/postgresql/${version}/bin`,
    sockets: '/var/run/postgresql',
  };
}

export function newPasswords(): Passwords {
  const password = () => randomBytes(24).toString('base64url');
  return { superuser: password(), replication: password(), rewind: password(), strata: password() };
}

/** Reads `n1=10.0.0.1,n2=10.0.0.2,n3=10.0.0.3`. Throws CommandError for what cannot be a cluster. */
export function readNodes(text: string): { name: string; address: string }[] {
  const nodes = text.split(',').map((part) => {
    const [name = '', address = '', ...rest] = part.trim().split('=');
    if (!/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name) || rest.length > 0 || isIP(address) === 0) {
      const form = 'a name of small letters, digits and -, then = and an IP address, as in n1=10.0.0.1';
      throw new CommandError(`A node is ${form}; this is none: ${JSON.stringify(part)}.`);
    }
    return { name, address };
  });
  for (const key of ['name', 'address'] as const) {
    const twice = nodes.find((node, at) => nodes.findIndex((other) => other[key] === node[key]) < at);
    if (twice) throw new CommandError(`Two nodes have the ${key} ${twice[key]}.`);
  }
  if (nodes.length < 3 || nodes.length > 7 || nodes.length % 2 === 0) {
    const why =
      'more than half must agree on who is primary, and an even number adds a machine but no safety';
    throw new CommandError(`A cluster has 3, 5 or 7 nodes, not ${nodes.length}: ${why}.`);
  }
  return nodes;
}

/** Throws CommandError when Patroni could replace a primary that still takes writes. */
export function checkTiming({ ttl, loopWait, retryTimeout }: Timing): void {
  if (loopWait < 1 || retryTimeout < 1 || loopWait + 2 * retryTimeout > ttl) {
    throw new CommandError(
      `loop_wait (${loopWait} s) and twice retry_timeout (${retryTimeout} s) must not exceed ttl (${ttl} s).`,
    );
  }
}

/** An address and a port as URLs have them. */
export function hostAndPort(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * The address list of the database for Strata.
 * @param query what follows the `?`, empty for none
 */
export function addressList({ nodes, passwords }: ClusterPlan, query: string): string {
  const hosts = nodes.map(({ address, ports }) => hostAndPort(address, ports.postgres)).join(',');
  return `postgres://strata:${passwords.strata}@${hosts}/strata${query && `?${query}`}`;
}
