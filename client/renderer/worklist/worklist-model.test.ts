import type { WorklistPage, WorklistQuery } from '@strata/protocol/worklist';
import { StreamError } from '@strata/stream/errors';
import { describe, expect, it } from 'vitest';
import { noFilters } from './filters.ts';
import { WorklistModel } from './worklist-model.ts';

const study = (studyUid: string) => ({
  studyUid,
  patientName: `P^${studyUid}`,
  patientId: studyUid,
  birthDate: '',
  sex: '',
  accessionNumber: '',
  studyDate: '',
  studyTime: '',
  description: '',
  modalities: ['CT'],
  seriesCount: 1,
  instanceCount: 1,
  frameCount: 1,
  bytes: 1,
});

/** A source whose answers the test releases one by one. */
function heldSource() {
  const asked: { query: WorklistQuery; signal: AbortSignal; answer: (page: WorklistPage) => void }[] = [];
  const worklist = (query: WorklistQuery, { signal }: { signal: AbortSignal }) =>
    new Promise<WorklistPage>((answer, refuse) => {
      asked.push({ query, signal, answer });
      signal.addEventListener('abort', () => refuse(signal.reason));
    });
  return { asked, worklist };
}

describe('the worklist', () => {
  it('appends pages by the cursor until there is none', async () => {
    const source = heldSource();
    const list = new WorklistModel(source, noFilters);
    const first = list.refresh();
    source.asked[0]?.answer({ studies: [study('1'), study('2')], next: 'c', total: 3 });
    await first;
    const second = list.loadMore();
    expect(source.asked[1]?.query.after).toBe('c');
    source.asked[1]?.answer({ studies: [study('3')], next: null, total: 3 });
    await second;
    await list.loadMore();
    expect(source.asked).toHaveLength(2);
    expect(list.studies.value.map(({ studyUid }) => studyUid)).toEqual(['1', '2', '3']);
  });

  it('cancels the older question when a newer one is asked, and keeps what it shows until the answer', async () => {
    const source = heldSource();
    const list = new WorklistModel(source, noFilters);
    const first = list.refresh();
    source.asked[0]?.answer({ studies: [study('1')], next: null, total: 1 });
    await first;
    void list.refresh();
    list.setFilters({ name: 'x' });
    expect(source.asked[1]?.signal.aborted).toBe(true);
    expect(list.state.value).toBe('stale');
    expect(list.studies.value).toHaveLength(1);
    const newest = list.refresh();
    source.asked[2]?.answer({ studies: [], next: null, total: 0 });
    await newest;
    expect(list.state.value).toBe('current');
    expect(list.studies.value).toHaveLength(0);
  });

  it('keeps the keyboard on the same study when the list changes around it', async () => {
    const source = heldSource();
    const list = new WorklistModel(source, noFilters);
    const first = list.refresh();
    source.asked[0]?.answer({ studies: [study('1'), study('2')], next: null, total: 2 });
    await first;
    list.moveSelection(5);
    expect(list.selectedStudy.value?.studyUid).toBe('2');
    const second = list.refresh();
    source.asked[1]?.answer({ studies: [study('0'), study('1'), study('2')], next: null, total: 3 });
    await second;
    expect(list.selectedStudy.value?.studyUid).toBe('2');
  });

  it('says why a question failed and shows the answer to the next one', async () => {
    let working = false;
    const worklist = async () => {
      if (!working) throw new Error('the server is away');
      return { studies: [study('1')], next: null, total: 1 };
    };
    const list = new WorklistModel({ worklist }, noFilters);
    await list.refresh();
    expect([list.state.value, list.failure.value]).toEqual(['failed', 'the server is away']);
    working = true;
    await list.refresh();
    expect([list.state.value, list.failure.value]).toEqual(['current', '']);
  });

  it('says how old the studies are, or that the metadata service is away, and asks again by itself', async () => {
    const one = { studies: [study('1')], next: null, total: 1 };
    const answers = [
      async () => ({ ...one, ageMs: 12_000 }),
      async () => Promise.reject(new StreamError('failed', 'It is away.', { reason: 'unavailable' })),
      async () => one,
    ];
    const list = new WorklistModel({ worklist: async () => (await answers.shift()?.()) ?? one }, noFilters);
    await list.refresh();
    expect([list.state.value, list.ageMs.value]).toEqual(['current', 12_000]);
    await list.refresh();
    expect([list.state.value, list.isAway.value, list.studies.value.length]).toEqual(['failed', true, 1]);
    await new Promise<void>((resolve) => {
      const end = list.state.subscribe((state) => state === 'current' && resolve());
      return end;
    });
    expect([list.isAway.value, list.ageMs.value, answers.length]).toEqual([false, null, 0]);
    list.close();
  });

  it('asks again for as many studies as it shows, in pages that servers give, and shows them at once', async () => {
    const source = heldSource();
    const list = new WorklistModel(source, noFilters);
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => study(String(from + at)));
    const first = list.refresh();
    source.asked[0]?.answer({ studies: many(0, 100), next: 'a', total: 700 });
    await first;
    for (let page = 1; page < 7; page++) {
      const more = list.loadMore();
      source.asked[page]?.answer({ studies: many(100 * page, 100), next: String(page), total: 700 });
      await more;
    }
    list.moveSelection(650);
    const again = list.refresh();
    expect(source.asked[7]?.query).toMatchObject({ limit: 500 });
    source.asked[7]?.answer({ studies: [study('new'), ...many(0, 499)], next: 'b', total: 701 });
    await expect.poll(() => source.asked.length).toBe(9);
    expect(source.asked[8]?.query).toMatchObject({ limit: 200, after: 'b' });
    expect(list.total.value).toBe(700);
    source.asked[8]?.answer({ studies: many(499, 200), next: 'c', total: 701 });
    await again;
    expect([list.studies.value.length, list.studies.value[0]?.studyUid]).toEqual([700, 'new']);
    expect(list.selectedStudy.value?.studyUid).toBe('650');
    list.setFilters({ name: 'x' });
    await expect.poll(() => source.asked.length).toBe(10);
    expect(source.asked[9]?.query.limit).toBe(100);
  });

  it('asks by itself when there is news and somebody looks, once for much news', async () => {
    const source = heldSource();
    const list = new WorklistModel(source, noFilters);
    const first = list.refresh();
    source.asked[0]?.answer({ studies: [], next: null, total: 0 });
    await first;
    let isSeen = false;
    list.noteNews(() => isSeen);
    list.lookAgain();
    expect(source.asked).toHaveLength(2);
    source.asked[1]?.answer({ studies: [study('1')], next: null, total: 1 });
    list.lookAgain();
    expect(source.asked).toHaveLength(2);
    isSeen = true;
    for (let n = 0; n < 5; n++) list.noteNews(() => isSeen);
    await expect.poll(() => source.asked.length, { timeout: 5_000 }).toBe(3);
    source.asked[2]?.answer({ studies: [study('2'), study('1')], next: null, total: 2 });
    await expect.poll(() => list.total.value).toBe(2);
    list.close();
    expect(source.asked).toHaveLength(3);
  });
});
