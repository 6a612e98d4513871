// The frames of what was imported, as a client learns of them.
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';

/** All frames of all studies, with all that servers tell. Throws as the client does. */
export async function framesOf(servers: string[]): Promise<FrameRef[]> {
  const client = new StrataClient({ servers, client: 'bench' });
  try {
    const { studies } = await client.worklist({ limit: 500 });
    const frames: FrameRef[] = [];
    for (const { studyUid } of studies) {
      const manifest = await client.study(studyUid);
      for (const { instances } of manifest.series) {
        for (const { blob, frames: count } of instances) {
          if (blob) frames.push(...Array.from({ length: count }, (_, frame) => ({ blob, frame })));
        }
      }
    }
    return frames;
  } finally {
    client.close();
  }
}
