// The keeper: a small process between Strata and PostgreSQL that stops PostgreSQL when Strata is gone, however it went.
//
// Its channel to Strata is the lifeline: the operating system closes it even after kill -9. It holds the folder's lock
// as long as the server runs, so the next Strata knows when the folder is free.
import path from 'node:path';
import { MetadataError, type MetadataErrorCode } from '../errors.ts';
import { accountFor } from './account.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster, ensureFolder } from './cluster.ts';
import { lockFolder } from './folder-lock.ts';
import type { KeeperOrder, KeeperReport } from './keeper-messages.ts';
import { clearLeftOver } from './left-over.ts';
import { type RunningServer, startServer, stopServer } from './server.ts';

const GRACE_WHEN_ASKED_MS = 10_000;
const GRACE_WHEN_ORPHANED_MS = 600;

let server: RunningServer | undefined;
let stopping = false;

function report(message: KeeperReport): void {
  if (process.connected) process.send?.(message, () => undefined);
}

async function stop(graceMs: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (server) await stopServer(server, graceMs);
  process.exit(0); // also ends a program that makes a new database
}

async function keep(folder: string, port: number | null): Promise<void> {
  const real = ensureFolder(folder);
  accountFor(path.join(real, 'cluster')); // tells who may start it before a lock file that cannot be opened does
  await lockFolder(real, process.ppid);
  const binaries = await findBinaries();
  const cluster = await ensureCluster(real, binaries);
  await clearLeftOver(cluster.folder, (message) => report({ type: 'log', message }));
  const log = path.join(real, 'postgres.log');
  const onLaunch = (launched: RunningServer) => {
    server = launched;
    if (stopping) launched.process.kill('SIGQUIT');
  };
  const started = await startServer(cluster, binaries, log, onLaunch, port);
  report({ type: 'ready', port: started.port, postgres: started.process.pid ?? 0 });
  const { code, signal } = await started.ended;
  if (stopping) return;
  report({ type: 'ended', code, signal });
  process.disconnect?.();
  process.exitCode = 1;
}

// It lives as long as Strata, not as long as the terminal or the service manager's patience.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => void stop(GRACE_WHEN_ORPHANED_MS));
process.on('message', (order: KeeperOrder) => {
  if (order.type === 'stop') void stop(GRACE_WHEN_ASKED_MS);
});

try {
  await keep(process.argv[2] ?? '', process.argv[3] ? Number(process.argv[3]) : null);
} catch (error) {
  report({ type: 'failed', ...told(error, process.argv[2] ?? '') });
  process.exitCode = 1;
  process.disconnect?.();
}

function told(error: unknown, folder: string): { code: MetadataErrorCode; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof MetadataError) {
    return {
      code: error.code,
      message: error.cause instanceof Error ? `${message} (${error.cause.message})` : message,
    };
  }
  const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return {
    code: full ? 'no-space' : 'start-failed',
    message: `Cannot start the database in ${folder}: ${message}${full ? ': free space.' : ''}`,
  };
}
