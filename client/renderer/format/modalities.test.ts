import { describe, expect, it } from 'vitest';
import { modalitiesInOrder } from './modalities.ts';

describe('the modalities of a study', () => {
  it('begin with what it was made with, then reports, key images, presentation states and others', () => {
    expect(modalitiesInOrder(['KO', 'US'])).toEqual(['US', 'KO']);
    expect(modalitiesInOrder(['CT', 'KO', 'PR', 'PT', 'SEG', 'SR'])).toEqual([
      'CT',
      'PT',
      'SR',
      'KO',
      'PR',
      'SEG',
    ]);
    expect(modalitiesInOrder(['AU', 'DOC', 'XA'])).toEqual(['XA', 'DOC', 'AU']);
  });

  it('that are not known are taken for images, and none is none', () => {
    expect(modalitiesInOrder(['SR', 'ZZ'])).toEqual(['ZZ', 'SR']);
    expect(modalitiesInOrder([])).toEqual([]);
  });
});
