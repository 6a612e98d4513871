// What clients of two sites get over a slow line: from their own server, when that dies, and of what came in elsewhere.
import { StrataClient } from '@strata/stream/client';
import { dataFiles } from '../../support/data.ts';
import { delaysOf, delayText, type Outcome } from './outcome.ts';
import { scroll } from './scroll.ts';
import { framesOf } from './study-frames.ts';
import { SITES, TwoSites } from './two-sites.ts';

const LINE = { bitsPerSecond: 5e6, roundTrip: 40 };
const IMAGES = 24;
const PER_SECOND = 5;
const SECONDS = 10;

/** 24 images taken in at one site and read at both. */
export async function twoSites(): Promise<Outcome> {
  const sites = await TwoSites.start(LINE.bitsPerSecond, LINE.roundTrip);
  const clients: StrataClient[] = [];
  const clientAt = (site: number) => {
    const client = new StrataClient({
      ...{ servers: sites.addressesAt(site), site: SITES[site] as string, cacheBytes: 0, client: 'bench' },
      webSocket: sites.socketsAt(site),
    });
    clients.push(client);
    return client;
  };
  try {
    const began = performance.now();
    const files = dataFiles('series/mr-t1').slice(0, IMAGES);
    const ran = await sites.server(0).run('import', ...files);
    if (ran.code !== 0) throw new Error(`strata import ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
    const ingest = (performance.now() - began) / 1000;
    const lines = [
      `${LINE.bitsPerSecond / 1e6} Mbit/s, ${LINE.roundTrip} ms there and back: ${IMAGES} images taken in at ${SITES[0]} in ${ingest.toFixed(1)} s`,
    ];
    const frames = await framesOf([sites.server(0).stream]);
    const figures: Record<string, unknown> = { ingest };
    let [failed, stayed] = [0, true];
    const look = async (site: number, what: string) => {
      const client = clientAt(site);
      await scroll(client, frames, { perSecond: PER_SECOND, seconds: 1 });
      const crossed = sites.link.bytes;
      const seen = await scroll(client, frames, { perSecond: PER_SECOND, seconds: SECONDS });
      const share = (sites.link.bytes - crossed) / Math.max(1, client.stats().payloadBytes);
      failed += seen.failures.length;
      const delays = delaysOf(seen.latencies);
      figures[what] = { ...delays, failed: seen.failures.length, share };
      lines.push(
        `${what}: ${seen.latencies.length} frames, ${seen.failures.length} failed, ${delayText(delays)}; ${(100 * share).toFixed(1)} % of its bytes crossed the line`,
      );
      return share;
    };
    for (const [site, name] of SITES.entries()) {
      stayed = (await look(site, `client at ${name}`)) < 0.1 && stayed;
    }
    await sites.server(0).kill();
    await look(0, `client at ${SITES[0]}, its server dead`);
    return {
      ...{ lines, figures },
      goals: [
        { name: 'a client at each site uses its own', met: stayed },
        { name: 'no request fails when a site dies', met: failed === 0 },
      ],
    };
  } finally {
    for (const client of clients) client.close();
    await sites.close();
  }
}
