// Names of images for Cornerstone.

export const scheme = 'strata';

/** Names a frame; the same frame has the same name in every viewport and session. @param frameNumber from 1 */
export function imageIdOf(instanceUid: string, frameNumber: number): string {
  return `${scheme}:${instanceUid}/${frameNumber}`;
}
