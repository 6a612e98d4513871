// What must be said of a volume beside it: put right, interpolated, reduced, not all there yet.
import { volumeTexts } from '../words/volumes.ts';
import type { VolumeNote } from './volume-shape.ts';
import type { Filled } from './volume-source.ts';

/** The notes, each a mark of its own. */
export function VolumeNotes({ notes }: { notes: readonly VolumeNote[] }) {
  return (
    <>
      {notes.map((note) => (
        <span key={note.kind} class="lossy">
          {noteText(note)}
        </span>
      ))}
    </>
  );
}

/** That the volume is not yet all there, or not yet sharp; and what it will lack. */
export function FilledLine({ filled, isReduced }: { filled: Filled; isReduced: boolean }) {
  const { any, full, of, missing, between } = filled;
  const texts = volumeTexts.value;
  if (of === 0) return null;
  if (missing > 0) return <span class="lossy">{texts.missing(missing)}</span>;
  if (full === of) {
    const whole = isReduced ? texts.allNeeded : texts.allFull;
    return <span class="dim">{between > 0 ? texts.allBut(of, between) : whole(of)}</span>;
  }
  return <span class="level coarse">{any < of ? texts.someThere(any, of) : texts.someFull(full, of)}</span>;
}

function noteText(note: VolumeNote): string {
  const texts = volumeTexts.value;
  if (note.kind === 'tilted') return texts.tilted(note.degrees);
  return note.kind === 'uneven' ? texts.uneven(note.least, note.most) : texts.reduced(note.step);
}
