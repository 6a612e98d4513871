// Says by name which images something is missing of.
import type { LackingImage } from '../../admin/backup/lacking-images.ts';

const MOST_SHOWN = 100;

/** Nothing when nothing is lacking. */
export function lackingLines(lacking: readonly LackingImage[], title: string): string[] {
  if (lacking.length === 0) return [];
  const shown = lacking.slice(0, MOST_SHOWN).map(({ digest, reason, images }) => {
    const needed = images.map(({ instanceUid, studyUid }) => `instance ${instanceUid} of study ${studyUid}`);
    const words = needed.length === 0 ? 'No image needs it.' : `Needed by ${needed.join(', ')}.`;
    return `\n  blob ${digest}\n      ${reason} ${words}`;
  });
  const more = lacking.length - shown.length;
  return [`\n${title}`, ...shown, ...(more > 0 ? [`\n  and ${more} more (all of them: --json)`] : [])];
}
