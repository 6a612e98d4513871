// What a server itself knows of its pool, which the database may know a second before it.
import { RawClient } from './raw-client.ts';

/** How many image servers the server tells its clients of, itself among them. @param url its address, http://... */
export async function knownServers(url: string): Promise<number> {
  const client = await RawClient.greet(`${url.replace('http', 'ws')}/stream`);
  try {
    return (await client.until('welcome')).pool.length;
  } finally {
    client.close();
  }
}
