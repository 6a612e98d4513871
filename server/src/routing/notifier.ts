// Tells peers which studies are here: not image by image, but some seconds after the first one came, and again for more.
import type { Errand, Settlement } from '@strata/metadata/errands/errand';
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceAvailability } from '@strata/metadata/records';
import { afterRefusal } from './patience.ts';

/** @returns why the peer did not take it, or null @throws AwayError when it cannot be reached */
export type NotifyPeer = (
  peer: string,
  studyUid: string,
  instances: readonly InstanceAvailability[],
) => Promise<string | null>;

/** From the first image to the notification, in milliseconds: most of a study comes at once. */
const GATHER_MS = 10_000;

/** @param errand whose UID is that of the study */
export async function notifyOf(
  { metadata, notifyPeer }: { metadata: Pick<Metadata, 'availability'>; notifyPeer: NotifyPeer },
  peer: string,
  errand: Errand,
): Promise<Settlement> {
  const { id, uid } = errand;
  const young = Date.parse(errand.createdAt) + GATHER_MS - Date.now();
  const later = (afterMs: number): Settlement => ({
    ...{ id, outcome: 'again', error: '', afterMs, uncounted: true },
  });
  // One that seems younger still was written down before a clock was set back.
  if (young > 0 && young <= GATHER_MS) return later(young);
  const instances = await metadata.availability(uid);
  if (instances.length === 0) return { id, outcome: 'failed', error: 'The study is not stored any more.' };
  const refused = await notifyPeer(peer, uid, instances);
  if (refused !== null) return afterRefusal(errand, refused);
  // What came meanwhile found this errand waiting and asked for no other.
  const more = (await metadata.availability(uid)).length !== instances.length;
  return more ? later(GATHER_MS) : { id, outcome: 'done', remember: false };
}
