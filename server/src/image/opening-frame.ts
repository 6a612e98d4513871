// The frame that a study is opened with: its levels follow the manifest before anybody has asked for them.
import { levelCount, neededLevel } from '@strata/codec/levels';
import type { StudyRows } from '@strata/metadata/records';
import type { FollowingFrame, ShownSize } from '@strata/protocol/messages';

/**
 * The first frame of a study's first image, up to the level that a place can show.
 * @param place device pixels
 * @returns null for a study without images, and for an image that this server does not hold
 */
export function openingFrame(rows: StudyRows, place: ShownSize, serverId: string): FollowingFrame | null {
  for (const { instances } of rows.series) {
    for (const { framesBlob, format, frameIndex, holders } of instances) {
      if (!framesBlob || !frameIndex || !format) continue;
      if (holders && !holders.includes(serverId)) return null;
      const { width, height } = format;
      const scale = Math.min(place.width / width, place.height / height);
      return { blob: framesBlob.digest, frame: 0, to: neededLevel(levelCount(width, height), scale) };
    }
  }
  return null;
}
