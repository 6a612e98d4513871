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

/** A list as the server keeps it: sorted, pages by the number behind which they begin, more than 5,000 not counted. */
function listed(count: number) {
  const keys = Array.from({ length: count }, (_, n) => n);
  const asked: WorklistQuery[] = [];
  const worklist = async (query: WorklistQuery): Promise<WorklistPage> => {
    asked.push(query);
    const way = query.direction === 'ascending' ? -1 : 1;
    const sorted = keys.toSorted((a, b) => (a - b) * way);
    const behind = sorted.filter((key) => !query.after || (key - Number(query.after)) * way > 0);
    const rows = behind.slice(0, query.limit);
    return {
      studies: rows.map((key) => study(String(key))),
      next: behind.length > rows.length ? String(rows.at(-1)) : null,
      ...(keys.length > 5000 ? { total: 5000, totalKind: 'moreThan' } : { total: keys.length }),
    };
  };
  return { keys, asked, worklist };
}

const uids = (list: WorklistModel, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, at) => list.studyAt(first + at)?.studyUid);
const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, at) => String(first + at));

describe('the worklist', () => {
  it('reads pages as rows come into sight, a little ahead of them, and none twice', async () => {
    const source = listed(310);
    const list = new WorklistModel(source, noFilters);
    await list.refresh();
    expect([list.rows.value, list.studyAt(99)?.studyUid, list.studyAt(100)]).toEqual([310, '99', undefined]);
    await list.look(20, 39);
    expect(source.asked).toHaveLength(1);
    await list.look(30, 49);
    expect(source.asked.map(({ after }) => after)).toEqual([undefined, '99']);
    await list.look(290, 309);
    expect(uids(list, 0, 309)).toEqual(numbers(0, 309));
    const asked = source.asked.length;
    for (const row of [0, 150, 300]) await list.look(row, row + 9);
    expect(source.asked).toHaveLength(asked);
  });

  it('goes through more studies than are counted, holds few of them, and reads them again going back', async () => {
    const list = new WorklistModel(listed(20_000), noFilters);
    await list.refresh();
    expect([list.rows.value, list.hasUncounted.value]).toEqual([5001, true]);
    for (let row = 0; row <= 19_980; row += 180) {
      await list.look(row, row + 19);
      expect(uids(list, row, row + 19)).toEqual(numbers(row, row + 19));
    }
    expect(list.rows.value).toBe(20_000);
    expect(list.studyAt(15_000)).toBeUndefined();
    const held = Array.from({ length: 20_000 }, (_, row) => list.studyAt(row)).filter(Boolean).length;
    expect(held).toBeLessThan(2_000);
    await list.look(7_000, 7_019);
    expect(uids(list, 7_000, 7_019)).toEqual(numbers(7_000, 7_019));
  });

  it('jumps to the end of a list without reading all of it, goes up from there, and back to its start', async () => {
    const source = listed(20_000);
    const list = new WorklistModel(source, noFilters);
    await list.refresh();
    list.moveSelection(Number.POSITIVE_INFINITY);
    await expect.poll(() => list.selectedStudy.value?.studyUid).toBe('19999');
    expect([list.selected.value, source.asked.length]).toEqual([list.rows.value - 1, 2]);
    const bottom = list.rows.value - 1;
    await list.look(bottom - 319, bottom - 300);
    expect(uids(list, bottom - 319, bottom - 300)).toEqual(numbers(19_680, 19_699));
    list.moveSelection(-310);
    expect(list.selectedStudy.value?.studyUid).toBe('19689');
    list.moveSelection(Number.NEGATIVE_INFINITY);
    await expect.poll(() => list.selectedStudy.value?.studyUid).toBe('0');
    expect(list.selected.value).toBe(0);
  });

  it('finds the rows in sight again when studies come above them, without reading what is not seen', async () => {
    const source = listed(3_000);
    const list = new WorklistModel(source, noFilters);
    await list.refresh();
    await list.look(2_000, 2_019);
    list.select(2_005);
    source.keys.push(-1, -2, 1999.5);
    const before = source.asked.length;
    await list.refresh();
    expect(source.asked.length - before).toBeLessThanOrEqual(4);
    expect([list.total.value, list.selectedStudy.value?.studyUid]).toEqual([3_003, '2005']);
    expect(list.rowOf('2000')).toBe(2_001);
    await list.look(0, 19);
    expect(uids(list, 0, 2)).toEqual(['-2', '-1', '0']);
    expect(list.selectedStudy.value?.studyUid).toBe('2005');
    const all = [...['-2', '-1'], ...numbers(0, 1999), '1999.5', ...numbers(2000, 2998)];
    for (let row = 0; row < 2_040; row += 100) {
      await list.look(row, row + 19);
      expect(uids(list, row, row + 19)).toEqual(all.slice(row, row + 20));
    }
  });

  it('keeps the place of a study that is gone', async () => {
    const source = listed(50);
    const list = new WorklistModel(source, noFilters);
    await list.refresh();
    list.select(49);
    source.keys.pop();
    await list.refresh();
    expect([list.rows.value, list.selectedStudy.value?.studyUid]).toEqual([49, '48']);
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
    expect(list.rows.value).toBe(1);
    const newest = list.refresh();
    source.asked[2]?.answer({ studies: [], next: null, total: 0 });
    await newest;
    expect(list.state.value).toBe('current');
    expect(list.rows.value).toBe(0);
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
    expect([list.state.value, list.isAway.value, list.rows.value]).toEqual(['failed', true, 1]);
    await new Promise<void>((resolve) => {
      const end = list.state.subscribe((state) => state === 'current' && resolve());
      return end;
    });
    expect([list.isAway.value, list.ageMs.value, answers.length]).toEqual([false, null, 0]);
    list.close();
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
