// Starts and stops the one PostgreSQL server process of a folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MetadataError } from '../errors.ts';
import { commandAs } from './account.ts';
import type { Binaries } from './binaries.ts';
import { type Cluster, serverEnvironment } from './cluster.ts';
import { memoryOfMachine, memorySettings } from './memory-settings.ts';

// Recovery after a crash may have to replay gigabytes.
const READY_WITHIN_MS = 300_000;
// Another process took the port, or the memory of a killed server is still in use for a moment.
const RETRY_WITHIN_MS = 15_000;
const LARGE_LOG = 4 * 2 ** 20;

/** A running server. */
export interface RunningServer {
  readonly process: ChildProcess;
  readonly port: number;
  /** Settles when the process has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/**
 * Starts the server and waits until it takes connections on 127.0.0.1.
 * Throws MetadataError `start-failed`, `no-space` or `in-use`.
 * @param logFile what the server says goes there @param started told of the process before it is ready
 * @param port null for any free one
 */
export async function startServer(
  cluster: Cluster,
  binaries: Binaries,
  logFile: string,
  started: (server: RunningServer) => void,
  port: number | null = null,
): Promise<RunningServer> {
  const deadline = performance.now() + RETRY_WITHIN_MS;
  for (;;) {
    const before = rotate(logFile);
    const server = launch(cluster, binaries, port ?? (await freePort()), logFile);
    started(server);
    if (await isReady(server, cluster)) return server;
    const said = readFileSync(logFile, 'utf8').slice(before);
    const passing = /could not (bind|create any TCP)|pre-existing shared memory|lock file .* already exists/;
    if (!passing.test(said) || performance.now() > deadline) throw startError(said, cluster, logFile);
    await sleep(100);
  }
}

function launch(cluster: Cluster, binaries: Binaries, port: number, logFile: string): RunningServer {
  const command = commandAs(cluster.account, binaries.postgres, argumentsFor(cluster, port), cluster.folder);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(command.file, command.args, {
    ...command.identity,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  return { process: child, port, ended };
}

function argumentsFor(cluster: Cluster, port: number): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    // An acknowledged row is on the disk.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    ...memorySettings(memoryOfMachine()),
    jit: 'off',
    // Folders are on disks that seek fast, or their pages are in memory.
    random_page_cost: 1.1,
    // No patient data in logs: neither statements nor the values in an error's details.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    logging_collector: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
  return [
    '-D',
    cluster.folder,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

async function isReady(server: RunningServer, cluster: Cluster): Promise<boolean> {
  const deadline = performance.now() + READY_WITHIN_MS;
  let ended = false;
  server.ended.then(() => {
    ended = true;
  });
  while (!ended && performance.now() < deadline) {
    // The server keeps its state in the eighth line of its pid file.
    const lines = readIfThere(path.join(cluster.folder, 'postmaster.pid')).split('\n');
    if (Number(lines[0]) === server.process.pid && lines[7]?.trim() === 'ready') return true;
    await sleep(10);
  }
  if (!ended) server.process.kill('SIGQUIT');
  await server.ended;
  return false;
}

function startError(said: string, cluster: Cluster, logFile: string): MetadataError {
  const lines = said.trim().split('\n');
  const last = lines.filter((line) => /FATAL|PANIC|ERROR/.test(line)).at(-1) ?? lines.at(-1) ?? '';
  if (said.includes('No space left on device')) {
    return new MetadataError(
      'no-space',
      `The disk is full: the database in ${cluster.folder} cannot start. Free space.`,
    );
  }
  if (/lock file .* already exists/.test(said)) {
    return new MetadataError('in-use', `Another database server runs on ${cluster.folder}: ${last}`);
  }
  const where = `See ${logFile}.`;
  return new MetadataError(
    'start-failed',
    `The database in ${cluster.folder} does not start: ${last}. ${where}`,
  );
}

/** Ends the server: gracefully, then at once without loss (it recovers at its next start), then by force. */
export async function stopServer(server: RunningServer, graceMs: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', graceMs],
    ['SIGQUIT', 6_000],
    ['SIGKILL', 60_000],
  ] as const) {
    server.process.kill(signal);
    const timer = new AbortController();
    const late = sleep(patience, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const first = await Promise.race([server.ended, late]);
    timer.abort();
    if (first !== 'late') return;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address && typeof address === 'object') return address.port;
  throw new MetadataError('start-failed', 'There is no free port on 127.0.0.1.');
}

function rotate(logFile: string): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= LARGE_LOG) return readIfThere(logFile).length;
  renameSync(logFile, `${logFile}.1`);
  return 0;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
