import { expect, it } from 'vitest';
import { volumeTexts } from '../words/volumes.ts';

it('images that lie between the layers of a coarser volume are counted, and it is said what they are', () => {
  const text = volumeTexts.value.allBut(158, 2);
  expect(text).toBe('158 of 160 images at the level needed; the 2 others lie between the layers');
  expect(volumeTexts.value.allBut(9, 1)).toContain('9 of 10 images');
});
