// A user who scrolls through a series at a steady pace, and how long each frame took to arrive.
import type { FrameRef } from '@strata/protocol/messages';
import type { StrataClient } from '@strata/stream/client';

export interface Scrolled {
  /** Milliseconds from asking for a frame to its last level. */
  readonly latencies: number[];
  /** What failed, in words. */
  readonly failures: string[];
}

/** Asks for one frame after the other, `perSecond` of them, for so many seconds or until told; each with all its levels. */
export async function scroll(
  client: StrataClient,
  frames: readonly FrameRef[],
  {
    perSecond,
    seconds,
    until = () => false,
  }: { perSecond: number; seconds: number; until?: (() => boolean) | undefined },
): Promise<Scrolled> {
  const latencies: number[] = [];
  const failures: string[] = [];
  const running: Promise<void>[] = [];
  const begin = performance.now();
  for (let i = 0; i < perSecond * seconds && !until(); i++) {
    const due = begin + (i * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const frame = frames[i % frames.length] as FrameRef;
    const askedAt = performance.now();
    const getting = client.get({ target: { frames: [frame] } }, () => {});
    running.push(
      getting.then(
        () => void latencies.push(performance.now() - askedAt),
        (error: unknown) => void failures.push(String(error)),
      ),
    );
  }
  await Promise.all(running);
  return { latencies, failures };
}
