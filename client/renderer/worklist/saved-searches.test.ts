import { expect, it } from 'vitest';
import { noFilters } from './filters.ts';
import { readSearches, SavedSearches } from './saved-searches.ts';

const ct = { ...noFilters, modalities: ['CT'], period: 'today' } as const;

it('a search is kept under its name and known by its filters, and one may be the start', () => {
  const searches = new SavedSearches();
  searches.save(' CT today ', ct);
  expect(searches.nameOf(ct)?.name).toBe('CT today');
  expect(searches.nameOf(noFilters)).toBeUndefined();
  expect(searches.startSearch).toBe('');
  searches.toggleStart('CT today');
  expect(searches.startSearch).toBe('?modality=CT&period=today');
  searches.save('CT today', { ...ct, name: 'a' });
  expect(searches.all.value).toEqual([
    { name: 'CT today', search: '?name=a&modality=CT&period=today', isStart: true },
  ]);
  searches.remove('CT today');
  expect(searches.all.value).toEqual([]);
});

it('a search without a name, and one too many, are not kept', () => {
  const searches = new SavedSearches();
  searches.save('  ', ct);
  for (let n = 0; n < 40; n++) searches.save(`search ${n}`, ct);
  expect(searches.all.value).toHaveLength(30);
});

it('what was kept is read as far as it makes sense', () => {
  const good = { name: 'a', search: '?name=b', isStart: true };
  const odd = [
    null,
    1,
    {},
    { name: '', search: '' },
    { name: 'c', search: '?sort=colour&name=d' },
    good,
    good,
  ];
  expect(readSearches(odd)).toEqual([{ name: 'c', search: '?name=d', isStart: false }, good]);
  expect(readSearches('x')).toEqual([]);
});
