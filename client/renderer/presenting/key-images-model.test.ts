import { signal } from '@preact/signals';
import type { SavedObject, SavedRequest } from '@strata/protocol/saved';
import { type KeyImages, OF_INTEREST } from '@strata/protocol/saved-key-images';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Questions } from '../measuring/questions.ts';
import { setAuthor } from '../settings/author.ts';
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { KeyImagesModel } from './key-images-model.ts';

const slice = (instanceUid: string) => ({ instanceUid, frames: 1, frameNumber: 1 }) as Slice;
const series = { study: { uid: '1.9' } } as StudySeries;

const saved = (uid: string, marked: string[], more: Partial<SavedObject<KeyImages>> = {}) => ({
  ...{
    sopInstanceUid: uid,
    seriesInstanceUid: '1.8',
    author: 'A',
    at: '',
    maker: 'Strata',
    title: 'Of Interest',
  },
  ...{ predecessors: [], superseded: false, unread: [] },
  content: {
    title: OF_INTEREST,
    description: '',
    images: marked.map((sopInstanceUid) => ({ sopInstanceUid, frames: [] })),
  },
  ...more,
});

/** A model over a server that has these objects and takes note of what it is sent. */
function modelOver(objects: SavedObject<KeyImages>[]) {
  const sent: SavedRequest<KeyImages>[] = [];
  const server = { refuses: false };
  const model = new KeyImagesModel({
    studyUid: '1.9',
    questions: new Questions(),
    allOfStudy: signal([]),
    load: async () => ({ objects, problems: [] }),
    post: async (_kind, _study, request) => {
      if (server.refuses) throw new Error('out of reach');
      sent.push(request);
      return { sopInstanceUid: `new ${sent.length}`, seriesInstanceUid: '1.8', at: '' };
    },
  });
  return { model, sent, server };
}

beforeEach(() => setAuthor('Röntgen'));
afterEach(() => vi.unstubAllGlobals());

it('takes the marks of all versions that nothing follows on, and the next one follows on all of them', async () => {
  const objects = [saved('b', ['1.2']), saved('a', ['1.1']), saved('old', ['1.7'], { superseded: true })];
  const { model, sent } = modelOver(objects);
  await model.load();
  expect([...model.marks.value]).toEqual(['1.1/0', '1.2/0']);
  model.toggle(series, slice('1.1'));
  await model.save();
  expect(sent[0]).toMatchObject({ author: 'Röntgen', predecessors: ['b', 'a'] });
  expect(sent[0]?.content.images).toEqual([{ sopInstanceUid: '1.2', frames: [] }]);
  model.toggle(series, slice('1.2'));
  await model.save();
  expect(sent[1]).toMatchObject({ predecessors: ['new 1'], content: { images: [] } });
  expect(model.state.value).toBe('saved');
});

it('what others marked is told apart, and what they rejected is no key image', async () => {
  const rejected = { ...OF_INTEREST, value: '113001', meaning: 'Rejected for Quality Reasons' };
  const { model } = modelOver([
    saved('x', ['1.3'], { maker: 'Other', title: 'Of Interest' }),
    saved('y', ['1.4'], {
      maker: 'Other',
      content: { title: rejected, description: '', images: [{ sopInstanceUid: '1.4', frames: [] }] },
    }),
  ]);
  await model.load();
  expect(model.marksOf(slice('1.3'))).toMatchObject({ own: false, others: [{ title: 'Of Interest' }] });
  expect(model.isKey(slice('1.4'))).toBe(false);
});

it('a mark that was taken back before anything was saved is not sent', async () => {
  const { model, sent } = modelOver([]);
  model.toggle(series, slice('1.1'));
  model.toggle(series, slice('1.1'));
  await model.save();
  expect([sent.length, model.state.value]).toEqual([0, 'saved']);
});

it('marks that could not be saved stay, also when the study is read again, and are sent on the next try', async () => {
  const { model, sent, server } = modelOver([saved('a', [])]);
  await model.load();
  server.refuses = true;
  model.toggle(series, slice('1.1'));
  await model.save();
  expect([model.state.value, model.problem.value]).toEqual(['waiting', 'out of reach']);
  await model.load();
  expect(model.isKey(slice('1.1'))).toBe(true);
  server.refuses = false;
  await model.save();
  expect([model.state.value, model.problem.value]).toEqual(['saved', '']);
  expect(sent[0]?.content.images).toHaveLength(1);
});

it('marks of a window that was closed before they were saved come back with the study, and are saved then', async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  const stored = [saved('a', ['1.1', '1.2'])];
  const first = modelOver(stored);
  await first.model.load();
  first.server.refuses = true;
  first.model.toggle(series, slice('1.1'));
  first.model.toggle(series, slice('1.3'));
  await first.model.save();
  const next = modelOver(stored);
  await next.model.load();
  expect([[...next.model.marks.value], next.model.state.value]).toEqual([['1.2/0', '1.3/0'], 'unsaved']);
  await next.model.save();
  expect(next.sent[0]).toMatchObject({ predecessors: ['a'], content: { images: [{}, {}] } });
  expect([...kept.keys()].filter((name) => name.includes('marks'))).toEqual([]);
});
