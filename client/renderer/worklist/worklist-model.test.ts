import type { WorklistPage, WorklistQuery } from '@strata/protocol/worklist';
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
});
