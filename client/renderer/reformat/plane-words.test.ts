import { afterEach, describe, expect, it } from 'vitest';
import { chosenLanguage } from '../words/language.ts';
import { planePlaceText } from './plane-place.ts';
import { type PlaneMeasured, planeLines } from './plane-words.ts';

const final: PlaneMeasured = {
  figures: [{ name: 'Value', value: 31, unit: 'HU' }],
  ...{ slab: null, step: 1, coarseness: 1, isMissing: false, provisional: null },
};

afterEach(() => {
  chosenLanguage.value = null;
});

describe('what is said beside figures of planes', () => {
  it('is nothing where they are those of the plane at full level', () => {
    expect(planeLines(final)).toEqual(['31 HU']);
  });

  it('is what they are of, and why they may change', () => {
    const slab = { millimetres: 10, kind: 'maximum' } as const;
    expect(planeLines({ ...final, slab, provisional: { level: 2, levels: 5 } })).toEqual([
      '31 HU',
      'Slab 10 mm, Maximum (MIP)',
      'provisional: level 2 of 5',
    ]);
    expect(planeLines({ ...final, figures: [], provisional: { level: -1, levels: 5 } })).toEqual([
      'values on the way',
    ]);
    expect(planeLines({ ...final, figures: [], isMissing: true })).toEqual([
      'no values: an image is missing here',
    ]);
    expect(planeLines({ ...final, step: 2 })[1]).toBe('(of the reduced volume: one pixel in 2)');
    chosenLanguage.value = 'de';
    expect(planeLines({ ...final, coarseness: 3 })[1]).toBe('(groß: nur jeder 3. Punkt betrachtet)');
  });
});

describe('where a plane lies', () => {
  it('is its side of the patient and how far from the origin, if it is not turned', () => {
    const sagittal = { point: [12.34, 5, 6], right: [0, 1, 0], down: [0, 0, -1] } as const;
    expect(planePlaceText('sagittal', sagittal)).toBe('Sagittal · L 12.3 mm');
    const axial = { point: [1, 2, -40], right: [1, 0, 0], down: [0, 1, 0] } as const;
    expect(planePlaceText('axial', axial)).toBe('Axial · F 40.0 mm');
    const coronal = { point: [1, -7, 3], right: [1, 0, 0], down: [0, 0, -1] } as const;
    expect(planePlaceText('coronal', coronal)).toBe('Coronal · A 7.0 mm');
    const turned = { ...coronal, right: [Math.cos(0.3), Math.sin(0.3), 0] } as const;
    expect(planePlaceText('coronal', turned)).toBe('Coronal, oblique');
  });
});
