// Ports for peers that cannot choose one themselves.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ports of 127.0.0.1 that nobody listened on a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** One such port. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

/** Waits until someone listens on the port. Throws when `gone` says that nobody will, or after 30 s. */
export async function untilListening(port: number, gone: () => string | null): Promise<void> {
  for (const end = Date.now() + 30_000; ; await sleep(20)) {
    if (await answers(port)) return;
    const reason = gone() ?? (Date.now() > end ? 'nobody listened after 30 s' : null);
    if (reason !== null) throw new Error(`Nothing answers on port ${port}: ${reason}`);
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
