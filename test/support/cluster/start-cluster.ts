// A real metadata cluster for tests: PostgreSQL under Patroni with etcd from Debian's packages, on nodes of this one machine.
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, accountFor, giveTo } from '@strata/metadata/embedded/account';
import pg from 'pg';
import {
  ensureAuthority,
  makeCertificate,
  type NodeCertificate,
} from '../../../server/src/cli/cluster/certificates.ts';
import { nodeFiles } from '../../../server/src/cli/cluster/node-files.ts';
import {
  type ClusterPlan,
  newPasswords,
  type ClusterNode as PlannedNode,
  PORTS,
  TIMING,
  type Timing,
} from '../../../server/src/cli/cluster/plan.ts';
import { freePorts } from '../peers/ports.ts';
import { ClusterNode } from './cluster-node.ts';
import { missingForCluster, postgresPrograms } from './missing.ts';
import { Network } from './network.ts';
import { Relay } from './relay.ts';
import { Warden } from './warden.ts';

export interface ClusterOptions {
  /** Default 3. */
  readonly nodes?: number;
  readonly timing?: Timing;
  /** Whether data lies on the disk of the temporary folder also where memory is at hand. */
  readonly onDisk?: boolean;
  /** The size of a disk of its own for each node's PostgreSQL, as mount writes it; needs root. */
  readonly diskSize?: string;
  /** More variables for PostgreSQL of a node by its place: of a clock that can be set. */
  readonly environment?: (at: number) => Readonly<Record<string, string>>;
  /** False for all nodes in this machine's own network, where no cable can be pulled. */
  readonly namespaces?: boolean;
}

/** Longest wait for the cluster to be as asked. */
const PATIENCE_MS = 90_000;
const MEMORY = '/dev/shm';
const MEMORY_NEEDED = 6 * 2 ** 30;

/** Starts a cluster and waits until it is well. Throws with what its programs said when it does not get so. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const missing = missingForCluster();
  if (missing) throw new Error(missing);
  const base = options.onDisk || !hasMemory() ? tmpdir() : MEMORY;
  const folder = realpathSync(mkdtempSync(path.join(base, 'strata-cluster-')));
  const warden = new Warden(folder);
  try {
    const cluster = await makeCluster(folder, warden, options);
    for (const node of cluster.nodes) node.startEtcd();
    for (const node of cluster.nodes) node.start();
    await cluster.untilWell();
    // Tests make databases of their own.
    await cluster.sql((await cluster.primary()) ?? cluster.node(0), 'alter role strata createdb');
    return cluster;
  } catch (error) {
    await warden.end();
    throw error;
  }
}

export class Cluster {
  readonly nodes: readonly ClusterNode[];
  /** The address list for clients, through which a node whose cable is pulled is silent. */
  readonly url: string;
  /** The same with TLS and the nodes' certificates checked. */
  readonly tlsUrl: string;
  /** The port of this machine that leads to each node's PostgreSQL. */
  readonly ports: readonly number[];
  readonly #restPorts: readonly number[];
  readonly #plan: ClusterPlan;
  readonly #certificates: readonly NodeCertificate[];
  readonly #network: Network | null;
  readonly #end: () => Promise<void>;

  constructor(parts: {
    readonly nodes: readonly ClusterNode[];
    readonly ports: readonly number[];
    readonly restPorts: readonly number[];
    readonly plan: ClusterPlan;
    readonly certificates: readonly NodeCertificate[];
    readonly network: Network | null;
    readonly end: () => Promise<void>;
  }) {
    this.nodes = parts.nodes;
    this.ports = parts.ports;
    this.#restPorts = parts.restPorts;
    this.#plan = parts.plan;
    this.#certificates = parts.certificates;
    this.#network = parts.network;
    this.#end = parts.end;
    const hosts = parts.ports.map((port) => `127.0.0.1:${port}`).join(',');
    this.url = `postgres://strata:${parts.plan.passwords.strata}@${hosts}/strata`;
    const authority = path.join(this.node(0).folder, 'ca.crt');
    this.tlsUrl = `${this.url}?sslmode=verify-full&sslrootcert=${authority}`;
  }

  /** A node by its place. */
  node(at: number): ClusterNode {
    const node = this.nodes[at];
    if (!node) throw new Error(`there is no node ${at}`);
    return node;
  }

  /** The address list with this one node. */
  urlOf(node: ClusterNode): string {
    const port = this.ports[this.nodes.indexOf(node)];
    return `postgres://strata:${this.#plan.passwords.strata}@127.0.0.1:${port}/strata`;
  }

  /** Whether cables can be pulled here. */
  get canCut(): boolean {
    return this.#network !== null;
  }

  /** The node that takes writes as it says itself, the first one; null while there is none. */
  async primary(): Promise<ClusterNode | null> {
    const primaries = await this.primaries();
    return primaries[0] ?? null;
  }

  /** All that say of themselves that they are primary: during a split, for a moment, two. */
  async primaries(): Promise<ClusterNode[]> {
    const answers = await Promise.all(
      this.nodes.map((node) =>
        this.sql(node, 'select pg_is_in_recovery() as standby').then(
          ([row]) => row?.standby === false,
          () => false,
        ),
      ),
    );
    return this.nodes.filter((_, at) => answers[at]);
  }

  /** The node that would take over: all acknowledged commits are on its disk. */
  async synchronousStandby(): Promise<ClusterNode | null> {
    const members = await this.members();
    const { name } = members.find(({ role }) => role === 'sync_standby') ?? {};
    return this.nodes.find((node) => node.name === name) ?? null;
  }

  /**
   * Runs SQL at a node as superuser, through its Unix socket: also when its cable is pulled, as a client beside it would.
   * Throws what PostgreSQL throws, and after five seconds without an answer.
   */
  async sql(node: ClusterNode, text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({
      ...{ host: node.planned.places.sockets, port: node.planned.ports.postgres, database },
      ...{ user: 'postgres', password: this.#plan.passwords.superuser },
      ...{ connectionTimeoutMillis: 5000, query_timeout: 5000 },
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query(text)).rows;
    } finally {
      client.end().catch(() => undefined);
    }
  }

  /** A client's connection to one node, through its Unix socket; the caller ends it. */
  clientBeside(node: ClusterNode, database = 'strata'): pg.Client {
    const { sockets } = node.planned.places;
    const { strata: password } = this.#plan.passwords;
    const client = new pg.Client({
      ...{ host: sockets, port: node.planned.ports.postgres, database, user: 'strata', password },
    });
    return client.on('error', () => undefined);
  }

  /** Lets the primary hand over to a standby, planned. @returns milliseconds until Patroni says that it is done */
  async switchover(to?: ClusterNode): Promise<number> {
    const from = await this.primary();
    if (!from) throw new Error('nobody is primary');
    const began = performance.now();
    await this.#ask(from, 'POST', '/switchover', { leader: from.name, ...(to && { candidate: to.name }) });
    return performance.now() - began;
  }

  /** Pulls the cable of a node, between it and all others, clients too. Throws where this is not possible. */
  cut(node: ClusterNode): void {
    if (!this.#network) throw new Error('network namespaces cannot be made here (they need root)');
    this.#network.cut(this.nodes.indexOf(node));
  }

  heal(node: ClusterNode): void {
    this.#network?.heal(this.nodes.indexOf(node));
  }

  /** The cluster as Patroni of the first node that answers sees it. */
  async members(): Promise<{ name: string; role: string; state: string; lag?: number }[]> {
    for (const node of this.nodes) {
      const text = await this.#ask(node, 'GET', '/cluster').catch(() => null);
      if (text !== null) return JSON.parse(text).members;
    }
    return [];
  }

  /** Waits until there is one primary, all others follow it, and one of them synchronously: until a failover is possible. */
  async untilWell(): Promise<void> {
    await this.until('is well', async () => {
      const [primary, ...others] = await this.primaries();
      if (!primary || others.length > 0) return false;
      const following = await this.sql(
        primary,
        "select 1 from pg_stat_replication where state = 'streaming'",
      );
      if (following.length < this.nodes.length - 1) return false;
      return (await this.members()).some(({ role }) => role === 'sync_standby');
    });
  }

  /** Asks again and again until it is so; what fails counts as not yet. Throws with the nodes' words after 90 s. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; !(await isSo().catch(() => false)); await sleep(50)) {
      if (performance.now() < end) continue;
      const said = this.nodes.map((node) => node.said()).join('\n\n');
      throw new Error(`the cluster was not so within ${PATIENCE_MS / 1000} s: ${what}\n\n${said}`);
    }
  }

  /** Ends all processes and removes all files. */
  close(): Promise<void> {
    return this.#end();
  }

  #ask(node: ClusterNode, method: string, where: string, body?: object): Promise<string> {
    const at = this.nodes.indexOf(node);
    const { authority, certificate, key } = this.#certificates[at] as NodeCertificate;
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          ...{ host: '127.0.0.1', port: this.#restPorts[at], path: where, method },
          ...{ ca: authority, cert: certificate, key, timeout: method === 'GET' ? 2000 : 60_000 },
          headers: { 'content-type': 'application/json' },
        },
        (response) => {
          let text = '';
          response.on('data', (part) => {
            text += part;
          });
          response.on('end', () =>
            response.statusCode === 200
              ? resolve(text)
              : reject(new Error(`${response.statusCode}: ${text}`)),
          );
          response.on('error', reject);
        },
      );
      asked.on('timeout', () => asked.destroy(new Error(`Patroni of ${node.name} does not answer`)));
      asked.on('error', reject);
      asked.end(body && JSON.stringify(body));
    });
  }
}

async function makeCluster(folder: string, warden: Warden, options: ClusterOptions): Promise<Cluster> {
  const count = options.nodes ?? 3;
  mkdirSync(path.join(folder, 'net'));
  const account = accountFor(path.join(folder, 'none-yet'));
  if (account) giveTo(account, folder);
  const network = options.namespaces === false ? null : await Network.make(count, path.join(folder, 'net'));
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, at) => plannedNode(folder, at, network, account, options)),
  );
  const plan: ClusterPlan = {
    nodes,
    passwords: newPasswords(),
    timing: options.timing ?? TIMING,
    clients: ['0.0.0.0/0'],
    requireTls: false,
    sharedBuffers: '64MB',
    walKept: '256MB',
    initdb: options.onDisk ? [] : ['no-sync'],
  };
  const secrets = path.join(folder, 'authority');
  ensureAuthority(secrets);
  const certificates = nodes.map(({ name, address }) => makeCertificate(secrets, name, address));
  const running = nodes.map((planned, at) => {
    const node = new ClusterNode(planned, path.join(folder, planned.name), {
      enter: network?.enter(at) ?? [],
      account,
    });
    node.configure(nodeFiles(plan, planned, certificates[at] as NodeCertificate));
    return node;
  });
  const relay = network && new Relay(network, path.join(folder, 'net'));
  const lead = async (which: 'postgres' | 'rest') => {
    const ports: number[] = [];
    for (const { address, ports: own } of nodes)
      ports.push((await relay?.lead(address, own[which])) ?? own[which]);
    return ports;
  };
  return new Cluster({
    ...{ nodes: running, ports: await lead('postgres'), restPorts: await lead('rest') },
    ...{ plan, certificates, network },
    end: async () => {
      await relay?.end();
      await warden.end();
    },
  });
}

async function plannedNode(
  folder: string,
  at: number,
  network: Network | null,
  account: Account | null,
  { diskSize, environment }: ClusterOptions,
): Promise<PlannedNode> {
  const name = `n${at + 1}`;
  const own = path.join(folder, name);
  const disk = path.join(own, 'disk');
  for (const each of [own, disk, path.join(own, 'run')]) mkdirSync(each, { mode: 0o700 });
  if (diskSize) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskSize}`, 'strata-test', disk]);
  const programs = postgresPrograms() ?? '';
  const bin = environment ? programsWith(environment(at), programs, path.join(own, 'bin')) : programs;
  if (account) giveTo(account, own);
  const places = {
    configuration: own,
    etcdCertificates: own,
    etcdData: path.join(own, 'etcd'),
    postgresData: path.join(disk, 'data'),
    postgresPrograms: bin,
    sockets: path.join(own, 'run'),
  };
  if (network) return { name, address: network.address(at), ports: PORTS, places };
  const [postgres = 0, rest = 0, etcdClient = 0, etcdPeer = 0] = await freePorts(4);
  return { name, address: '127.0.0.1', ports: { postgres, rest, etcdClient, etcdPeer }, places };
}

/** A folder with PostgreSQL's programs in which `postgres` itself has more variables. @returns the folder */
function programsWith(variables: Readonly<Record<string, string>>, programs: string, folder: string): string {
  mkdirSync(folder);
  for (const name of readdirSync(programs)) {
    if (name !== 'postgres') symlinkSync(path.join(programs, name), path.join(folder, name));
  }
  const set = Object.entries(variables).map((pair) => `'${pair.join('=')}'`);
  const script = `#!/bin/sh\nexec env ${set.join(' ')} ${programs}/postgres "$@"\n`;
  writeFileSync(path.join(folder, 'postgres'), script, { mode: 0o755 });
  return folder;
}

/** Whether there is room in memory, where nothing waits for a disk. */
function hasMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > MEMORY_NEEDED;
  } catch {
    return false;
  }
}
