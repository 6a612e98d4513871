// Servers of a pool in one process, for tests: real disks, real sockets.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Disks } from '@strata/store/disks';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { OrderHandlers } from '../wire/order-routes.ts';
import type { Pem } from '../wire/tls.ts';
import { WireClient } from '../wire/wire-client.ts';
import type { Peer } from '../wire/wire-error.ts';
import { WireListener } from '../wire/wire-listener.ts';

/** The key of the tests' pool. */
export const POOL_KEY = '5a'.repeat(32);

export const silent = pino({ level: 'silent' });

/** A new empty folder that is removed when the test is over. */
export function freshFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-pool-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One disk in a fresh folder, closed when the test is over. */
export async function freshDisks(
  folders = 1,
  capacityLimit?: number,
): Promise<{ disks: Disks; folders: string[] }> {
  const paths = Array.from({ length: folders }, freshFolder);
  const disks = await Disks.open(
    paths.map((place) => ({
      ...{ path: place, name: place, kind: 'online', reserve: 0 },
      ...(capacityLimit !== undefined && { capacityLimit }),
    })),
  );
  onTestFinished(() => disks.close());
  return { disks, folders: paths };
}

/** A listener with the id, on disks of its own, closed when the test is over. */
export async function startListener(
  id: string,
  disks: Disks | null,
  handlers: Partial<OrderHandlers> = {},
  { tls, ...listen }: { host?: string; port?: number; tls?: Pem } = {},
): Promise<WireListener & Peer> {
  const refuse = () => Promise.reject(new Error('not in this test'));
  const listener = await WireListener.start({
    ...{
      listen: { host: '127.0.0.1', port: 0, ...listen },
      tls,
      key: POOL_KEY,
      self: { id, boot: 'boot-1' },
      disks,
      log: silent,
    },
    handlers: {
      ...{ refusesWrites: () => null, fetch: refuse, remove: refuse, restart: () => undefined },
      verify: (digest) => disks?.verify(digest) ?? refuse(),
      state: async () => ({ id }),
      ...handlers,
    },
  });
  onTestFinished(() => listener.close(0));
  return Object.assign(listener, { id, wireUrl: listener.url });
}

/** A client of the tests' pool, closed when the test is over. */
export function startClient(id = 'client', key = POOL_KEY, tls?: Pem): WireClient {
  const client = new WireClient({ key, self: { id, boot: 'boot-1' }, tls });
  onTestFinished(() => client.close());
  return client;
}

/** A certificate for 127.0.0.1 that is its own authority. */
export function makePem(): Pem {
  const folder = freshFolder();
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=strata', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files];
  execFileSync('openssl', request, { stdio: 'ignore' });
  const text = readFileSync(certificate, 'utf8');
  return { key: readFileSync(key, 'utf8'), certificate: text, authority: text };
}
