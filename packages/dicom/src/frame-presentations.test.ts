import { expect, it } from 'vitest';
import { readPart10 } from './part10.ts';
import { testFile } from './testing/data.ts';

const presentationOf = (name: string) => readPart10(testFile(name)).attributes.instance.presentation;

it('each frame of an enhanced object has its own place, and says nothing that is the same for all', () => {
  const { perFrame, imagePosition } = presentationOf('extra/multiframe/EnhancedMR_128x128_96f_Siemens.dcm');
  expect(perFrame).toHaveLength(96);
  expect(perFrame?.[0]).toEqual({});
  const places = perFrame?.map((own) => own.imagePosition ?? imagePosition);
  expect(new Set(places?.map(String)).size).toBeGreaterThan(1);
  for (const own of perFrame ?? []) expect(own.imageOrientation).toBeUndefined();
});

it('frames without functional groups of their own have none', () => {
  expect(presentationOf('extra/multiframe/NM_64x64_13f.dcm').perFrame).toBe(null);
  expect(presentationOf('series/ct-ge/01.dcm').perFrame).toBe(null);
});
