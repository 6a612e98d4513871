import { describe, expect, it, vi } from 'vitest';
import { ImageLoader } from '../loading/image-loader.ts';
import { memoryShares } from '../loading/memory-shares.ts';
import type { Stack } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { ViewerModel } from '../study/viewer-model.ts';
import { GridModel } from './grid-model.ts';
import { layoutOf } from './layouts.ts';
import { SeriesMemory } from './series-memory.ts';

const patient = { id: '', issuer: '', name: '', birthDate: '', sex: '' };
const study = {
  ...{ uid: '9', id: '', accessionNumber: '', date: '', time: '', description: '' },
  referringPhysician: '',
};

/** A series without a first picture is enough here: nothing is loaded. */
function seriesOf(uid: string, images = 1): StudySeries {
  const head = {
    number: 1,
    modality: 'MR',
    description: '',
    bodyPart: '',
    laterality: '',
    date: '',
    time: '',
  };
  const slices = Array.from({ length: images }, () => ({
    levels: 0,
    lengths: [],
    format: {},
    presentation: {},
  }));
  const stack = { slices, documents: [] } as unknown as Stack;
  return { manifest: { uid, ...head, instances: [] }, stack, study, patient };
}

function gridOf(...series: StudySeries[]) {
  const decoder = { add: vi.fn(), show: vi.fn() };
  const getting = () => Object.assign(new Promise<never>(() => {}), { prioritise: () => {} });
  const source = { get: getting };
  const images = new ImageLoader({ source, decoder, memory: memoryShares(2 ** 30) });
  const memory = new SeriesMemory();
  const isMeasured = () => false;
  const grid = new GridModel((id) => new ViewerModel({ id, images, memory, isMeasured }));
  grid.offer(series);
  grid.fill();
  return grid;
}

const shown = (grid: GridModel) =>
  grid.viewers.value.map((viewer) => viewer.series.value?.manifest.uid ?? '');

describe('the viewports of a page', () => {
  it('begin with one, on the first series that has images', () => {
    expect(shown(gridOf(seriesOf('report', 0), seriesOf('a')))).toEqual(['a']);
    expect(shown(gridOf(seriesOf('report', 0)))).toEqual(['report']);
  });

  it('take the next series when there are more of them, and stay empty where there is none', () => {
    const grid = gridOf(seriesOf('a'), seriesOf('report', 0), seriesOf('b'), seriesOf('c'));
    grid.setLayout(layoutOf(2, 2));
    expect(shown(grid)).toEqual(['a', 'b', 'c', '']);
    grid.activate(3);
    grid.setLayout(layoutOf(1, 2));
    expect(shown(grid)).toEqual(['a', 'b']);
    expect(grid.activeIndex.value).toBe(1);
  });

  it('show a series where it is put, which makes that viewport the active one', () => {
    const [a, b] = [seriesOf('a'), seriesOf('b')];
    const grid = gridOf(a, b);
    grid.setLayout(layoutOf(1, 2));
    grid.open(a, 1);
    expect([shown(grid), grid.activeIndex.value]).toEqual([['a', 'a'], 1]);
    grid.openBeside(1);
    expect(shown(grid)).toEqual(['a', 'b']);
    grid.openBeside(1);
    expect(shown(grid)).toEqual(['a', 'b']);
  });

  it('are gone through round about, and one of them may take the whole page', () => {
    const grid = gridOf(seriesOf('a'), seriesOf('b'));
    grid.toggleMaximised();
    expect(grid.maximised.value).toBe(false);
    grid.setLayout(layoutOf(1, 2));
    grid.activateBeside(-1);
    expect(grid.activeIndex.value).toBe(1);
    grid.toggleMaximised();
    expect(grid.visible.value).toEqual([grid.viewers.value[1]]);
    grid.setLayout(layoutOf(1, 3));
    expect(grid.visible.value).toHaveLength(3);
  });

  it('are hung as asked, empty ones too, and keep a series that stays where it is', () => {
    const [a, b] = [seriesOf('a'), seriesOf('b')];
    const grid = gridOf(a, b);
    const [first] = grid.viewers.value;
    grid.hang(layoutOf(1, 3), [a, null, b]);
    expect(shown(grid)).toEqual(['a', '', 'b']);
    expect(grid.viewers.value[0]).toBe(first);
    grid.hang(layoutOf(1, 1), [null]);
    expect(shown(grid)).toEqual(['']);
  });

  it('bring an open series up to date when the study grew', () => {
    const grid = gridOf(seriesOf('a', 1));
    const grown = seriesOf('a', 2);
    grid.offer([grown]);
    expect(grid.active.series.value).toBe(grown);
  });
});
