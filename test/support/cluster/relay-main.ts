// A process in the clients' namespace of a cluster: passes connections that come to ports of the test on to the nodes.
//
// The listening sockets come from the test by message; what they accept belongs to the test's network, what is connected to
// belongs to this process's. A node whose cable is pulled is silent here as it would be for a client.
import { connect, Server, type Socket } from 'node:net';

const CONNECT_WITHIN_MS = 60_000;

process.on('message', ({ host, port }: { host: string; port: number }, handle) => {
  if (!(handle instanceof Server)) return;
  handle.on('connection', (client) => join(client, connect(port, host)));
  process.send?.('listening');
});
process.on('disconnect', () => process.exit());

function join(client: Socket, node: Socket): void {
  node.setTimeout(CONNECT_WITHIN_MS, () => node.connecting && node.destroy());
  for (const [from, to] of [
    [client, node],
    [node, client],
  ] as const) {
    from.setNoDelay(true);
    from.on('data', (bytes) => to.write(bytes) || from.pause());
    to.on('drain', () => from.resume());
    from.on('end', () => to.end());
    // A refused or broken connection breaks off on the other side too, as it would without us.
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => to.destroySoon());
  }
}
