// The note in an object blob: it comes back, changes nothing about the file, and what is damaged is no other note.
import { describe, expect, it } from 'vitest';
import { type BlobNote, noteFrames, readBlobNote, writeBlobNote } from './blob-note.ts';
import { readFrame } from './frames.ts';
import { buildObjectBlob, noteOf, readObjectBlob, rebuildFile } from './object-blob.ts';
import { readPart10 } from './part10.ts';
import { concat } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import { refusal } from './testing/refusal.ts';

const note: BlobNote = {
  frames: 'ab'.repeat(32),
  sent: { digest: '12'.repeat(32), length: 123_456 },
  undecoded: 'Its decoder hung – it was ended.',
};

describe('a note', () => {
  it('comes back from a blob whose pixels are kept apart, and from one that is kept whole', () => {
    for (const name of [
      'series/ct-philips/I10.dcm',
      'odd/pydicom/test-SR.dcm',
      'odd/pydicom/image_dfl.dcm',
    ]) {
      const file = readPart10(testFile(name));
      const blob = readObjectBlob(concat(...buildObjectBlob(file, 'apart', writeBlobNote(note)).parts));
      expect(noteOf(blob)).toEqual(note);
      const frames = Array.from({ length: file.pixels?.frames ?? 0 }, (_, at) => readFrame(file, at).pixels);
      expect(Buffer.compare(rebuildFile(blob, frames), file.bytes)).toBe(0);
      expect(noteOf(readObjectBlob(concat(...buildObjectBlob(file).parts)))).toBeNull();
    }
  });

  it('may have its frames filled in later, and is none before', () => {
    const bytes = writeBlobNote({ ...note, frames: 'pending' });
    expect(refusal(() => readBlobNote(bytes)).code).toBe('bad-object-blob');
    noteFrames(bytes, 'ef'.repeat(32));
    expect(readBlobNote(bytes)).toEqual({ ...note, frames: 'ef'.repeat(32) });
    expect(() => noteFrames(bytes, 'no digest')).toThrow(RangeError);
    const without = { frames: null, sent: note.sent, undecoded: null };
    expect(readBlobNote(writeBlobNote(without))).toEqual(without);
  });

  it('that was damaged or cut is told, or is none', () => {
    const bytes = writeBlobNote(note);
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [1, 0x20, 0x80, 0xff]) {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const read = outcome(damaged);
        expect(read === null || read === 'bad-object-blob' || /^[0-9a-f]{64}$/.test(read.sent.digest)).toBe(
          true,
        );
      }
      expect(outcome(bytes.subarray(0, at))).toBeNull();
    }
  });
});

function outcome(bytes: Uint8Array): BlobNote | 'bad-object-blob' | null {
  try {
    return readBlobNote(bytes);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-object-blob' });
    return 'bad-object-blob';
  }
}
