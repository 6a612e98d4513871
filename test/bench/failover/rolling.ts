// All servers are restarted one after the other while fifty clients scroll.
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import type { Pool } from '../../support/pool.ts';
import { type Scrolled, scroll } from './scroll.ts';

export interface Rolling {
  readonly calm: Scrolled;
  /** While the servers were restarted. */
  readonly restarting: Scrolled;
  /** Of `strata restart --rolling`: how it ended, what it said, and seconds. */
  readonly code: number | null;
  readonly said: string;
  readonly seconds: number;
}

/** @param seconds undisturbed, before the restart */
export async function rollingRestart(
  pool: Pool,
  frames: readonly FrameRef[],
  { clients, perSecond, seconds }: { clients: number; perSecond: number; seconds: number },
): Promise<Rolling> {
  const crowd = Array.from(
    { length: clients },
    () => new StrataClient({ servers: pool.streams, cacheBytes: 0, client: 'bench' }),
  );
  try {
    const all = async (more: { seconds?: number; until?: () => boolean }) => {
      // Each begins elsewhere and at another moment.
      const runs = await Promise.all(
        crowd.map(async (client, at) => {
          await new Promise((resolve) => setTimeout(resolve, (at * 1000) / perSecond / clients));
          const from = Math.floor((at * frames.length) / clients);
          const own = [...frames.slice(from), ...frames.slice(0, from)];
          return scroll(client, own, { perSecond, seconds: more.seconds ?? 600, until: more.until });
        }),
      );
      return {
        latencies: runs.flatMap(({ latencies }) => latencies),
        failures: runs.flatMap(({ failures }) => failures),
      };
    };
    await all({ seconds: 2 });
    const calm = await all({ seconds });
    const began = performance.now();
    let isOver = false;
    const restart = pool
      .server(0)
      .run('restart', '--rolling')
      .finally(() => {
        isOver = true;
      });
    const restarting = await all({ until: () => isOver });
    const { code, stdout, stderr } = await restart;
    return { calm, restarting, code, said: stdout + stderr, seconds: (performance.now() - began) / 1000 };
  } finally {
    for (const client of crowd) client.close();
  }
}
