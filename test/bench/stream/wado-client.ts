// One viewer at a DICOMweb server: asks for the frames of a series by WADO-RS, six at a time as browsers do.
import { Agent, get } from 'node:http';
import type { Click, Opening, Orders } from './opening.ts';

/** Requests that a browser sends to one server at a time. */
const AT_ONCE = 6;

/** Connections that the viewers of one worker share: more than the server's threads would wait for each other. */
export function sharedConnections(orders: Orders): Agent {
  return new Agent({ keepAlive: true, maxSockets: orders.connections });
}

/** Opens a series: the image in the middle first, then all others. The list of instances is known to it. */
export async function openByWado(orders: Orders, agent: Agent, click: Click): Promise<Opening> {
  const { study, series, instances } = orders.series[click.series] as Orders['series'][number];
  const middle = instances.length >> 1;
  const order = [instances[middle] as string, ...instances.filter((_, at) => at !== middle)];
  const began = performance.now();
  let [first, bytes] = [0, 0];
  const waiting = order.entries();
  const work = async () => {
    for (const [at, instance] of waiting) {
      const path = `/dicom-web/studies/${study}/series/${series}/instances/${instance}/frames/1`;
      bytes += await bytesOf(orders, agent, path).catch((error: NodeJS.ErrnoException) => {
        // A kept-alive connection that the server ended just now; browsers ask again too.
        if (error.code !== 'ECONNRESET') throw error;
        return bytesOf(orders, agent, path);
      });
      if (at === 0) first = performance.now() - began;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { first, all: performance.now() - began, images: instances.length, bytes };
}

function bytesOf({ port, accept, gzip }: Orders, agent: Agent, path: string): Promise<number> {
  const headers = { accept, ...(gzip && { 'accept-encoding': 'gzip, deflate' }) };
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(bytes) : reject(new Error(`status ${response.statusCode}`)),
      );
      response.on('error', reject);
    }).on('error', reject);
  });
}
