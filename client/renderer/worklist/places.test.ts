import { describe, expect, it } from 'vitest';
import { placeLines, readPlaces, type StudyPlaces, safetyOf } from './places.ts';

const copy = (name: string, more: Partial<StudyPlaces['copies'][number]> = {}) => ({
  ...{ server: `id-${name}`, name, site: '', isAlive: true, tier: 'online', blobs: 10, bytes: 2_000_000 },
  ...more,
});
const places = (more: Partial<StudyPlaces> = {}): StudyPlaces => ({
  ...{ blobs: 10, bytes: 2_000_000, missing: 0, fewest: 2, wanted: 2, copies: [copy('a'), copy('b')] },
  ...more,
});

describe('where the images of a study are', () => {
  it('is good, worth a look, or bad, and why', () => {
    expect(safetyOf(places())).toEqual({ tone: 'good', words: '2 copies of every image, as wanted.' });
    expect(safetyOf(places({ fewest: 1 }))).toEqual({
      tone: 'warning',
      words: 'One copy of every image, 2 are wanted: more are made as soon as there are servers enough.',
    });
    expect(safetyOf(places({ missing: 3, fewest: 0 }))).toEqual({
      tone: 'bad',
      words: 'No server has 3 files of 10: images are missing. Tell the administrator.',
    });
    const away = copy('b', { isAlive: false });
    expect(safetyOf(places({ copies: [copy('a'), away] }))).toEqual({
      tone: 'warning',
      words: '2 copies of every image, as wanted, but b cannot be reached.',
    });
    expect(safetyOf(places({ copies: [away] })).words).toBe('It cannot be opened now: b cannot be reached.');
  });

  it('is a line for each server, with its site, how much it has and how near that is', () => {
    const here = copy('z', { site: 'Annexe', blobs: 4, tier: 'nearline' });
    expect(placeLines(places({ copies: [here, copy('a')] }))).toEqual([
      { where: 'a', what: 'all of it, 2.0 MB, on disk, at once', isAlive: true },
      { where: 'z, site Annexe', what: '4 of 10 files, 2.0 MB, nearline, after a while', isAlive: true },
    ]);
  });

  it('names a server that has left by the beginning of its id', () => {
    const left = copy('b', { server: '5c1b1d8e-7a52', name: '5c1b1d8e-7a52', isAlive: false });
    expect(placeLines(places({ copies: [left] }))[0]?.where).toBe(
      'a server that is not in the pool any more (5c1b1d8e)',
    );
  });

  it('is read only from an answer that says all of it', () => {
    expect(readPlaces(JSON.parse(JSON.stringify(places())))).toEqual(places());
    for (const odd of [null, 1, {}, { ...places(), fewest: -1 }, { ...places(), copies: [{ name: 'a' }] }]) {
      expect(readPlaces(odd)).toBeNull();
    }
  });
});
