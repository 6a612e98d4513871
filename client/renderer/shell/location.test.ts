import { expect, it } from 'vitest';
import { noStudyOf, routeOf } from './location.ts';

it('a path names a study by its UID, a link that was shared, or the worklist', () => {
  expect(routeOf('/study/1.2.3')).toEqual({ page: 'study', uid: '1.2.3' });
  expect(routeOf('/study/1.2.3/')).toEqual({ page: 'study', uid: '1.2.3' });
  expect(routeOf('/shared/x')).toEqual({ page: 'shared' });
  expect(routeOf('/study/abc')).toEqual({ page: 'worklist' });
});

it('what is asked for as a study and cannot be one is known, as far as it can be read', () => {
  expect(noStudyOf('/study/abc')).toBe('abc');
  expect(noStudyOf('/study/a%20b%C3')).toBe('a b%C3');
  expect(noStudyOf(`/study/${'1'.repeat(90)}`)).toBe(`${'1'.repeat(80)} …`);
  for (const path of ['/', '/study/', '/study/1.2.3', '/elsewhere', '/shared/x']) {
    expect(noStudyOf(path)).toBe('');
  }
});
