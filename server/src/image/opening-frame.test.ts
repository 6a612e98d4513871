import type { StudyRows } from '@strata/metadata/records';
import { describe, expect, it } from 'vitest';
import { openingFrame } from './opening-frame.ts';

const blob = 'ab'.repeat(32);
const image = (width: number, height: number, holders?: string[]) => ({
  framesBlob: { digest: blob },
  frameIndex: new Uint8Array(1),
  format: { width, height, samples: 1, bits: 16, signed: false },
  ...(holders && { holders }),
});
const report = { framesBlob: null, frameIndex: null, format: null };
const study = (...series: object[][]) =>
  ({ series: series.map((instances) => ({ instances })) }) as unknown as StudyRows;
const place = { width: 960, height: 680 };

describe('the frame that a study is opened with', () => {
  it('is the first one of the first image, whatever lies before it', () => {
    const rows = study([], [report], [report, image(512, 512), image(64, 64)]);
    expect(openingFrame(rows, place, 'here')).toEqual({ blob, frame: 0, to: 5 });
  });

  it('goes up to the level that its place can show', () => {
    expect(openingFrame(study([image(3000, 3000)]), place, 'here')?.to).toBe(3);
    expect(openingFrame(study([image(100_000, 512)]), place, 'here')?.to).toBe(0);
  });

  it('is none where there is no image, and none of an image that lies elsewhere', () => {
    expect(openingFrame(study([report]), place, 'here')).toBeNull();
    expect(openingFrame(study([image(512, 512, ['there'])]), place, 'here')).toBeNull();
    expect(openingFrame(study([image(512, 512, ['there', 'here'])]), place, 'here')).not.toBeNull();
  });
});
