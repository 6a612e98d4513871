// The letters at the edges of an image.
import type { EdgeLabels } from './orientation.ts';

export function EdgeLetters({ labels }: { labels: EdgeLabels }) {
  return (
    <>
      <span class="edge left">{labels.left}</span>
      <span class="edge right">{labels.right}</span>
      <span class="edge top">{labels.top}</span>
      <span class="edge bottom">{labels.bottom}</span>
    </>
  );
}
