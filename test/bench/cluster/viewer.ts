// A user who scrolls through images, opens studies and looks at the worklist, over and over; nothing comes from a cache of his.
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { framesOf } from '../failover/study-frames.ts';

const FRAMES_PER_SECOND = 10;
const OPENED_EVERY_MS = 500;

export class Viewer {
  /** Requests that were answered: frames, manifests, pages of the worklist. */
  answered = 0;
  /** What failed, in words. */
  readonly failures: string[] = [];
  readonly #client: StrataClient;
  readonly #running = new Set<Promise<void>>();
  readonly #timers: NodeJS.Timeout[];

  private constructor(client: StrataClient, frames: readonly FrameRef[], studies: readonly string[]) {
    this.#client = client;
    let frame = 0;
    let study = 0;
    const scroll = () => {
      const next = frames[frame++ % frames.length] as FrameRef;
      this.#ask(
        'a frame',
        client.get({ target: { frames: [next] } }, () => {}),
      );
    };
    const open = () => {
      this.#ask('the worklist', client.worklist({ limit: 20 }));
      this.#ask('a study', client.study(studies[study++ % studies.length] as string));
    };
    this.#timers = [setInterval(scroll, 1000 / FRAMES_PER_SECOND), setInterval(open, OPENED_EVERY_MS)];
  }

  /** Begins at once, with all studies that there are now. */
  static async start(servers: string[]): Promise<Viewer> {
    const frames = await framesOf(servers);
    const client = new StrataClient({ servers, client: 'bench', cacheBytes: 0 });
    const { studies } = await client.worklist({ limit: 20 });
    const uids = studies.map(({ studyUid }) => studyUid);
    return new Viewer(client, frames, uids);
  }

  /** Ends when all is answered that was asked for. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#running);
    this.#client.close();
  }

  #ask(what: string, answer: Promise<unknown>): void {
    const done = answer.then(
      () => {
        this.answered++;
      },
      (error: unknown) => {
        this.failures.push(`${what}: ${String(error)}`);
      },
    );
    this.#running.add(done);
    done.then(() => this.#running.delete(done));
  }
}
