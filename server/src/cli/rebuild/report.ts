// What a rebuild says while it runs, and at its end.
import type { RebuildEvent, RebuildSummary } from '../../admin/rebuild/rebuild.ts';
import { type Progress, showProgress } from '../progress.ts';
import { count } from '../words.ts';

/** Of what cannot be used, so many are printed; all are in --json. */
const MOST_PRINTED = 20;

/** Shows how far it is. @returns the summary; null when it was stopped before */
export async function follow(events: AsyncGenerator<RebuildEvent>): Promise<RebuildSummary | null> {
  let shown: { readonly what: string; readonly progress: Progress } | null = null;
  const show = (what: string, total: number): Progress => {
    if (shown?.what === what) return shown.progress;
    shown?.progress.stop();
    shown = { what, progress: showProgress(what, total) };
    return shown.progress;
  };
  try {
    for await (const event of events) {
      if (event.type === 'summary') return event;
      if (event.type === 'skipped') process.stderr.write(`${event.disk} was looked through before.\n`);
      else if (event.type === 'looked')
        show(`Looking through ${event.disk}`, 100).update(
          Math.floor(event.share * 100),
          count(event.blobs, 'blob'),
        );
      else if (event.type === 'sought')
        show('Finding pixels of images from earlier versions', 0).update(event.tried, `${event.found} found`);
      else show('Committing', event.total).update(event.done, '');
    }
    return null;
  } finally {
    (shown as { progress: Progress } | null)?.progress.stop();
  }
}

interface Missing {
  readonly path: string;
  readonly reason: string;
}

export function report(
  summary: RebuildSummary,
  missing: readonly Missing[],
  { until, json }: { readonly until: 'look' | 'end'; readonly json: boolean },
): string {
  const { type: _, listed, ...counts } = summary as RebuildSummary & { type?: string };
  if (json) return JSON.stringify({ ...counts, missing, problems: listed });
  const { disks, blobs, stored, already, describedAnew, conflicts, waiting, unnamed } = summary;
  const lines = [`${count(blobs, 'blob')} on ${count(disks, 'disk')} looked through.`];
  if (until === 'look')
    lines.push(`${count(waiting, 'instance')} found; strata rebuild without --look commits them.`);
  else {
    lines.push(
      `${count(stored, 'instance')} added, ${already} were known${anew(describedAnew)}, ${conflicts} in conflict.`,
    );
    if (waiting > 0)
      lines.push(
        `${count(waiting, 'instance')} wait for pixels on disks that were not looked through yet: run this for their servers.`,
      );
    if (listed.length > 0)
      lines.push('Mend what can be mended and run it again; or end the rebuild without it: --give-up.');
    lines.push('Now see that all is as it should be: strata verify.');
  }
  if (unnamed > 0) lines.push(`${count(unnamed, 'blob')} of pixels belong to no image: harmless.`);
  for (const { path: place, reason } of missing) lines.push(`\n  disk ${place}\n      ${reason}`);
  for (const { subject, reason } of listed.slice(0, MOST_PRINTED))
    lines.push(`\n  ${subject}\n      ${reason}`);
  if (listed.length > MOST_PRINTED) lines.push(`\n  ... and ${listed.length - MOST_PRINTED} more: --json`);
  return lines.join('\n');
}

function anew(describedAnew: number): string {
  return describedAnew > 0 ? ` (${describedAnew} described anew)` : '';
}
