// The files that were not stored: each with why and what to do; a long list can be saved.
import { uploadTexts } from '../words/uploading.ts';
import type { Refused } from './uploads.ts';

/** Lines on the screen. */
const MOST_LINES = 100;

export function RefusedList({ refused, count }: { refused: readonly Refused[]; count: number }) {
  if (count === 0) return null;
  const texts = uploadTexts.value;
  return (
    <section class="upload-refused" aria-label={texts.refused(count)}>
      <h3>
        {texts.refused(count)}
        <button type="button" class="button" onClick={() => saveList(refused)}>
          {texts.saveList}
        </button>
      </h3>
      <ul>
        {refused.slice(0, MOST_LINES).map((one, at) => (
          <li key={`${at} ${one.name}`} data-code={one.code} title={one.reason}>
            <span class="file">{one.name}</span>
            <span class="why">{whyOf(one)}</span>
          </li>
        ))}
      </ul>
      {count > MOST_LINES && <p class="dim">{texts.more(count - MOST_LINES)}</p>}
    </section>
  );
}

/** Why, and what to do; what has no words of ours has the server's. */
function whyOf({ code, reason }: Refused): string {
  const { why, other } = uploadTexts.value;
  return (why as Readonly<Record<string, string>>)[code] ?? (reason || other);
}

function saveList(refused: readonly Refused[]): void {
  const lines = refused.map((one) => [one.name, one.code, whyOf(one)].join('\t'));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/tab-separated-values' }));
  link.download = 'strata-refused.tsv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
