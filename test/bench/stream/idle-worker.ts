// A thread with thousands of viewers that look at what they have: connected, pinging, asking nothing.
import { parentPort, workerData } from 'node:worker_threads';
import { LeanSocket } from './lean-socket.ts';

const { port, count, pingEvery } = workerData as { port: number; count: number; pingEvery: number };
/** Connections that are opened at the same time. */
const DIALS = 50;

const sockets: LeanSocket[] = [];
let welcomed = 0;
let closed = 0;

const dial = async () => {
  const socket = await LeanSocket.open(port, {
    onMessage: ({ type }) => {
      if (type === 'welcome') welcomed++;
    },
    onPayload: () => {},
    onEnd: () => {},
    onClose: () => {
      closed++;
    },
  });
  socket.send({ type: 'hello', versions: [1], token: '', client: 'bench' });
  sockets.push(socket);
};

let left = count;
await Promise.all(
  Array.from({ length: DIALS }, async () => {
    while (left-- > 0) await dial();
  }),
);
while (welcomed < count) await new Promise((resolve) => setTimeout(resolve, 50));
// Spread over the time between two pings of one, as those of many clients are.
let at = 0;
const timer = setInterval(() => {
  for (let i = 0; i < Math.ceil(count / (pingEvery / 50)); i++) {
    sockets[at++ % count]?.send({ type: 'ping', id: 1 });
  }
}, 50);
parentPort?.postMessage('connected');

parentPort?.once('message', () => {
  clearInterval(timer);
  parentPort?.postMessage({ open: count - closed });
  for (const socket of sockets) socket.close();
});
