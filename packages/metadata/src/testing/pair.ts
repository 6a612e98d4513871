// A primary and its standby, as tests break them: real servers of the embedded programs, without anybody who watches them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { commandAs, giveTo } from '../embedded/account.ts';
import { findBinaries } from '../embedded/binaries.ts';
import {
  type Cluster,
  ensureCluster,
  ensureFolder,
  passwordFile,
  serverEnvironment,
  USER,
} from '../embedded/cluster.ts';

const READY_WITHIN_MS = 30_000;

/** One of the two; `url` is its own. */
export interface PairNode {
  readonly url: string;
  start(): Promise<void>;
  /** All of it at once, as when the machine loses its power. */
  kill(): Promise<void>;
  /** Nothing moves any more, connections stay. */
  freeze(): void;
  thaw(): void;
}

export interface Pair {
  /** Both addresses; `a` is the primary at first. */
  readonly url: string;
  readonly a: PairNode;
  readonly b: PairNode;
  /** Lets a node take the role of the primary. */
  promote(node: PairNode): Promise<void>;
  close(): Promise<void>;
}

/** Starts both. @param sync whether commits wait for the standby */
export async function startPair({ sync = false } = {}): Promise<Pair> {
  const folder = ensureFolder(mkdtempSync(path.join(tmpdir(), 'strata-pair-')));
  const binaries = await findBinaries();
  const home = ensureFolder(path.join(folder, 'a'));
  const first = await ensureCluster(home, binaries);
  const password = readFileSync(passwordFile(home), 'utf8');
  const second: Cluster = { ...first, folder: path.join(ensureFolder(path.join(folder, 'b')), 'cluster') };
  cpSync(first.folder, second.folder, { recursive: true });
  const ports = [await freePort(), await freePort()] as const;
  configure(first, ports[0], sync ? "synchronous_standby_names = '*'" : '');
  const source = `host=127.0.0.1 port=${ports[0]} user=${USER} password=${password}`;
  configure(second, ports[1], `primary_conninfo = '${source}'`);
  writeFileSync(path.join(second.folder, 'standby.signal'), '');
  chmodSync(second.folder, 0o700); // the copy is readable for others, which PostgreSQL refuses
  if (second.account) giveTo(second.account, second.folder);
  const login = `postgres://${USER}:${encodeURIComponent(password)}`;
  const urlOf = (...some: number[]) =>
    `${login}@${some.map((port) => `127.0.0.1:${port}`).join(',')}/postgres`;
  const a = new Node(first, binaries.postgres, urlOf(ports[0]));
  const b = new Node(second, binaries.postgres, urlOf(ports[1]));
  const close = async () => {
    await Promise.all([a.kill(), b.kill()]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await a.start();
    await b.start();
    await isStreaming(a);
  } catch (error) {
    await close();
    throw error;
  }
  const promote = async (node: PairNode) => {
    await ask(node.url, `alter system set synchronous_standby_names = ''`);
    await ask(node.url, 'select pg_promote(true, 30)');
  };
  return { url: urlOf(...ports), a, b, promote, close };
}

class Node implements PairNode {
  readonly url: string;
  readonly #cluster: Cluster;
  readonly #program: string;
  #process: ChildProcess | null = null;
  #frozen: number[] = [];

  constructor(cluster: Cluster, program: string, url: string) {
    this.#cluster = cluster;
    this.#program = program;
    this.url = url;
  }

  async start(): Promise<void> {
    const { folder, account } = this.#cluster;
    const command = commandAs(account, this.#program, ['-D', folder], folder);
    const server = spawn(command.file, command.args, {
      ...{ ...command.identity, cwd: '/', env: serverEnvironment(), stdio: 'ignore' as const },
    });
    this.#process = server;
    const end = () => server.kill('SIGKILL');
    process.once('exit', end);
    server.once('exit', () => process.off('exit', end));
    for (const until = performance.now() + READY_WITHIN_MS; ; await sleep(20)) {
      try {
        await ask(this.url, 'select 1');
        return;
      } catch (error) {
        if (performance.now() > until || server.exitCode !== null) throw error;
      }
    }
  }

  async kill(): Promise<void> {
    const server = this.#process;
    this.#process = null;
    this.#frozen = [];
    if (!server?.pid || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    for (const pid of [server.pid, ...childrenOf(server.pid)]) signal(pid, 'SIGKILL');
    await gone;
  }

  freeze(): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    signal(pid, 'SIGSTOP'); // first: it then has no further children
    this.#frozen = [pid, ...childrenOf(pid)];
    for (const each of this.#frozen) signal(each, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.#frozen.splice(0)) signal(pid, 'SIGCONT');
  }
}

/** Runs SQL on one server, whatever it is, on a connection of its own. */
export async function ask(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // its query tells
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

function configure({ folder }: Cluster, port: number, more: string): void {
  const lines = [
    "listen_addresses = '127.0.0.1'",
    `port = ${port}`,
    "unix_socket_directories = ''",
    'shared_buffers = 16MB',
    'max_connections = 100',
    'fsync = off', // nobody takes the power from a test
    'wal_receiver_status_interval = 1',
    more,
  ];
  appendFileSync(path.join(folder, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
}

async function isStreaming(primary: PairNode): Promise<void> {
  for (const until = performance.now() + READY_WITHIN_MS; performance.now() < until; await sleep(20)) {
    const rows = await ask(primary.url, `select 1 from pg_stat_replication where state = 'streaming'`);
    if (rows.length > 0) return;
  }
  throw new Error('the standby does not follow its primary');
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return []; // no Linux, or it has just ended
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended already
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address && typeof address === 'object') return address.port;
  throw new Error('there is no free port');
}
