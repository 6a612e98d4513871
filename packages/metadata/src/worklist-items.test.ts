// Scheduled procedure steps: kept, replaced, deleted, and found by the keys of a modality.
import { describe, expect, it } from 'vitest';
import type { Metadata } from './metadata.ts';
import type { DicomJson } from './query/types.ts';
import type { WorklistItemQuery } from './query/worklist-types.ts';
import { openUntilTestEnds, serverOfThisFile } from './testing/databases.ts';

const newDatabase = serverOfThisFile();
const STEPS = '00400100';

function item(
  patient: string,
  start: string,
  [date, time]: [string, string],
  modality = 'CT',
  station = 'CT1',
): DicomJson {
  return {
    '00080050': { vr: 'SH', Value: [`A-${patient}`] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: `${patient}^Jörg` }] },
    '00100020': { vr: 'LO', Value: [patient] },
    '00401001': { vr: 'SH', Value: [start] },
    [STEPS]: {
      vr: 'SQ',
      Value: [
        {
          '00080060': { vr: 'CS', Value: [modality] },
          '00400001': { vr: 'AE', Value: [station] },
          '00400002': { vr: 'DA', Value: [date] },
          '00400003': { vr: 'TM', Value: [time] },
          '00400006': { vr: 'PN', Value: [{ Alphabetic: 'House^Gregory' }] },
        },
      ],
    },
  };
}

async function filled(): Promise<Metadata> {
  const metadata = await openUntilTestEnds(await newDatabase());
  await metadata.putWorklistItem('a', item('Müller', 'R1', ['20261201', '0800']));
  await metadata.putWorklistItem('b', item('Meyer', 'R2', ['20261201', '1400'], 'MR', 'MR1'));
  await metadata.putWorklistItem('c', item('Maier', 'R3', ['20261202', '0930']));
  return metadata;
}

const step = (keys: DicomJson): DicomJson => ({ [STEPS]: { vr: 'SQ', Value: [keys] } });
const key = (vr: string, value: string): { vr: string; Value: string[] } => ({ vr, Value: [value] });

describe('worklist items', () => {
  it('are found by the keys of a scheduled procedure step, earliest first', async () => {
    const metadata = await filled();
    const found = async (keys: DicomJson, more: Partial<WorklistItemQuery> = {}) => {
      const page = await metadata.worklistItems({ keys, include: [], limit: 10, ...more });
      return page.ids.join('');
    };
    expect(await found({})).toBe('abc');
    expect(await found(step({ '00400002': key('DA', '20261201') }))).toBe('ab');
    expect(await found(step({ '00400002': key('DA', '20261202-'), '00080060': key('CS', 'CT') }))).toBe('c');
    expect(await found(step({ '00400001': key('AE', 'MR*') }))).toBe('b');
    expect(await found(step({ '00400006': key('PN', 'HOUSE*') }))).toBe('abc');
    expect(await found({ '00100010': key('PN', 'mul*') })).toBe('a');
    expect(await found({ '00100010': key('PN', 'jorg m') }, { fuzzy: true })).toBe('abc');
    expect(await found({ '00100020': key('LO', 'meyer') })).toBe('');
    const hours = step({ '00400002': key('DA', '20261201-20261202'), '00400003': key('TM', '1200-1000') });
    expect(await found(hours)).toBe('');
    expect(await found(hours, { combineDateTime: true })).toBe('bc');
    const first = await metadata.worklistItems({ keys: {}, include: [], limit: 2, count: true });
    expect(first).toMatchObject({ ids: ['a', 'b'], total: 3 });
    expect(await found({}, { limit: 2, after: first.next ?? '' })).toBe('c');
    expect(await found({}, { limit: 2, offset: 1 })).toBe('bc');
  });

  it('tell what was asked, and all when all is wanted', async () => {
    const metadata = await filled();
    const keys = {
      '00100020': key('LO', 'Meyer'),
      ...step({ '00080060': { vr: 'CS' }, '00400007': { vr: 'LO' } }),
    };
    const { matches } = await metadata.worklistItems({ keys, include: ['00080050'], limit: 1 });
    expect(matches).toEqual([
      {
        '00080050': key('SH', 'A-Meyer'),
        '00100020': key('LO', 'Meyer'),
        ...step({ '00080060': key('CS', 'MR'), '00400007': { vr: 'LO' } }),
      },
    ]);
    const all = await metadata.worklistItems({ keys, include: 'all', limit: 1 });
    expect(all.matches).toEqual([(await metadata.worklistItem('b'))?.attributes]);
  });

  it('take the place of those with their id, and keep the study that was made for them', async () => {
    const metadata = await filled();
    const { item: made, created } = await metadata.putWorklistItem(
      null,
      item('Neu', 'R9', ['20261203', '08']),
    );
    expect(created).toBe(true);
    expect(made.attributes['0020000D']?.Value?.[0]).toMatch(/^2\.25\.\d{20,39}$/);
    const again = await metadata.putWorklistItem(made.id, {
      ...made.attributes,
      '00100020': key('LO', 'Neuer'),
    });
    expect(again.created).toBe(false);
    expect((await metadata.worklistItem(made.id))?.attributes).toEqual(again.item.attributes);
    expect(await metadata.deleteWorklistItem(made.id)).toBe(true);
    expect(await metadata.deleteWorklistItem(made.id)).toBe(false);
    expect(await metadata.worklistItem(made.id)).toBeNull();
  });

  it('are refused when a modality could do nothing with them', async () => {
    const metadata = await filled();
    const good = item('X', 'R', ['20261201', '08']);
    const { [STEPS]: steps, ...without } = good;
    const bad: [string, DicomJson, string][] = [
      ['x', without, '00400100'],
      ['x', { ...good, [STEPS]: { vr: 'SQ', Value: [...(steps?.Value ?? []), {}] } }, '00400100'],
      ['x', { ...good, '00100020': { vr: 'LO' } }, '00100020'],
      ['x', item('X', 'R', ['2026-12-01', '08']), 'Start Date'],
      ['x', item('X', 'R', ['20261201', '8 am']), 'Start Time'],
      ['x y', good, "item's id"],
      ['x', { ...good, '00091001': key('LO', 'x'.repeat(70_000)) }, '65536 characters'],
    ];
    for (const [id, attributes, words] of bad) {
      await expect(metadata.putWorklistItem(id, attributes)).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining(words),
      });
    }
  });
});
