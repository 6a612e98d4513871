// The streaming client, as the commands use it: connected for the length of a task.
import { StrataClient } from '@strata/stream/client';
import { WebSocket } from 'ws';

/** @param url of the running Strata, `http://127.0.0.1:PORT` */
export async function withClient<Result>(
  url: string,
  task: (client: StrataClient) => Promise<Result>,
): Promise<Result> {
  const client = new StrataClient({
    servers: [`${url.replace(/^http/, 'ws')}/stream`],
    webSocket: WebSocket,
    client: 'strata command line',
    cacheBytes: 0,
  });
  try {
    return await task(client);
  } finally {
    client.close();
  }
}
