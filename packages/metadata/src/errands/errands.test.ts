// Errands: kept with what asks for them, claimed by one worker at a time, done, tried again or left for a person.
import { describe, expect, it } from 'vitest';
import type { Metadata } from '../metadata.ts';
import { openUntilTestEnds, query, serverOfThisFile } from '../testing/databases.ts';
import { record } from '../testing/records.ts';
import type { NewErrand } from './errand.ts';

const newDatabase = serverOfThisFile();

const forward = (uid: string, target = 'dicom:PACS', rule = 'to the archive'): NewErrand => ({
  kind: 'forward',
  target,
  rule,
  uid,
});

async function withErrands(...errands: NewErrand[]): Promise<{ metadata: Metadata; url: string }> {
  const url = await newDatabase();
  const metadata = await openUntilTestEnds(url);
  await metadata.errands.add(errands);
  return { metadata, url };
}

const claim = (metadata: Metadata, target = 'dicom:PACS', limit = 10) =>
  metadata.errands.claim('forward', target, limit, 60_000);

describe('errands', () => {
  it('are kept together with the instance that asks for them, and not without it', async () => {
    const { metadata } = await withErrands();
    const asking = { ...record(), errands: [forward('1.2.1.1.1'), forward('1.2.1.1.1', 'stow:x', 'other')] };
    expect(await metadata.commit([asking])).toEqual(['stored']);
    expect(await metadata.errands.list({}, 10)).toMatchObject([{ rule: 'other' }, { uid: '1.2.1.1.1' }]);
    const conflicting = { ...record({ file: 'another' }), errands: [forward('9.9')] };
    expect(await metadata.commit([conflicting])).toEqual(['conflict']);
    expect(await metadata.commit([asking])).toEqual(['already']);
    expect(await metadata.errands.list({}, 10)).toHaveLength(2);
  });

  it('are asked for once, however often the same rule asks', async () => {
    const { metadata } = await withErrands(forward('1.1'));
    expect(await metadata.errands.add([forward('1.1'), forward('1.2')])).toBe(1);
    expect((await claim(metadata)).map(({ uid }) => uid)).toEqual(['1.1', '1.2']);
  });

  it('go to one claimer each, oldest first, and only those of the target', async () => {
    const uids = Array.from({ length: 30 }, (_, at) => `1.${at}`);
    const { metadata } = await withErrands(...uids.map((uid) => forward(uid)), forward('2.1', 'stow:x'));
    const claims = await Promise.all(Array.from({ length: 6 }, () => claim(metadata, 'dicom:PACS', 5)));
    expect(claims.flat().map(({ uid }) => uid)).toHaveLength(30);
    expect(new Set(claims.flat().map(({ id }) => id)).size).toBe(30);
    expect(await claim(metadata)).toEqual([]);
    expect(await metadata.errands.targetsDue('forward')).toEqual(['stow:x']);
  });

  it('come back when who claimed them is gone', async () => {
    const { metadata } = await withErrands(forward('1.1'));
    expect(await metadata.errands.claim('forward', 'dicom:PACS', 1, 0)).toMatchObject([{ attempts: 1 }]);
    expect(await metadata.errands.claim('forward', 'dicom:PACS', 1, 60_000)).toMatchObject([{ attempts: 2 }]);
    expect(await claim(metadata)).toEqual([]);
  });

  it('are forgotten when done, or remembered so that they are not begun again', async () => {
    const { metadata, url } = await withErrands(forward('1.1'), forward('1.2'));
    const [first, second] = await claim(metadata);
    await metadata.errands.settle([
      { id: first?.id ?? 0, outcome: 'done', remember: false },
      { id: second?.id ?? 0, outcome: 'done', remember: true },
    ]);
    expect(await metadata.errands.targets()).toEqual([]);
    expect(await metadata.errands.add([forward('1.1'), forward('1.2')])).toBe(1);
    await query(url, `update errands set due_at = now() - interval '8 days' where state = 'done'`);
    await metadata.errands.settle([{ id: 0, outcome: 'done', remember: false }]);
    expect(await metadata.errands.list({ state: 'done' }, 10)).toEqual([]);
  });

  it('wait before they are tried again, and say why', async () => {
    const { metadata } = await withErrands(forward('1.1'), forward('1.2'));
    const [first, second] = await claim(metadata);
    await metadata.errands.settle([
      { id: first?.id ?? 0, outcome: 'again', error: 'no answer', afterMs: 60_000 },
      { id: second?.id ?? 0, outcome: 'again', error: 'busy', afterMs: 0, uncounted: true },
    ]);
    expect(await claim(metadata)).toMatchObject([{ uid: '1.2', attempts: 1, error: 'busy' }]);
    expect(await metadata.errands.targets()).toMatchObject([{ waiting: 2, failed: 0 }]);
  });

  it('that failed wait for a person, who has them tried again or drops them', async () => {
    const { metadata } = await withErrands(forward('1.1'), forward('1.2'));
    const claimed = await claim(metadata);
    await metadata.errands.settle(
      claimed.map(({ id }) => ({ id, outcome: 'failed', error: 'refused: 0122H' })),
    );
    expect(await metadata.errands.targets()).toMatchObject([
      { target: 'dicom:PACS', waiting: 0, failed: 2, error: 'refused: 0122H' },
    ]);
    expect(await claim(metadata)).toEqual([]);
    expect(await metadata.errands.retry({ ids: [claimed[0]?.id ?? 0] })).toBe(1);
    expect(await claim(metadata)).toMatchObject([{ uid: '1.1', attempts: 1 }]);
    expect(await metadata.errands.drop({ target: 'dicom:PACS', state: 'failed' })).toBe(1);
    expect(await metadata.errands.list({}, 10)).toHaveLength(1);
  });

  it('with endless details are refused', async () => {
    const { metadata } = await withErrands();
    const errand = { ...forward('1.1'), details: 'x'.repeat(70_000) };
    await expect(metadata.errands.add([errand])).rejects.toMatchObject({ code: 'invalid' });
  });
});
