// The quarantine folder: what is kept, listed and dropped, and that nothing strange in it breaks the list.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../testing/test-files.ts';
import { Quarantine } from './quarantine.ts';
import type { QuarantineReason } from './quarantine-note.ts';

const digest = (letter: string) => letter.repeat(64);
const reason = (id: string, more: Partial<QuarantineReason> = {}): QuarantineReason => ({
  sopInstanceUid: '1.2.3',
  fileDigest: id,
  storedDigest: null,
  code: 'malformed',
  reason: 'It contradicts itself.',
  source: { kind: 'dimse', callingAe: 'CT1', calledAe: 'STRATA', peer: '10.0.0.7:1234' },
  deidentified: false,
  ...more,
});
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

it('keeps a file with why, when and from whom, and lists it', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path);
  await quarantine.keep(bytes('one'), reason(digest('a')));
  const { entries, bytes: used, foreign } = await quarantine.list();
  expect(used).toBe(3);
  expect(foreign).toEqual([]);
  expect(entries).toMatchObject([
    {
      id: digest('a'),
      size: 3,
      problem: null,
      note: { code: 'malformed', source: { callingAe: 'CT1' }, refusals: 1, lastTriedAt: null },
    },
  ]);
  expect(Date.parse(entries[0]?.note?.receivedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  expect(await quarantine.read(digest('a'))).toEqual(bytes('one'));
});

it('counts how often the same file came, and remembers when it came first and from whom', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path);
  await quarantine.keep(bytes('one'), reason(digest('a')));
  const [first] = (await quarantine.list()).entries;
  const again = reason(digest('a'), { source: { kind: 'retry', original: null, deidentified: false } });
  await quarantine.keep(bytes('one'), again);
  await quarantine.refusedAgain(digest('a'), { code: 'truncated', reason: 'It ends early.' });
  const { note } = await quarantine.find('aaaa');
  expect(note).toMatchObject({ refusals: 3, code: 'truncated', source: { kind: 'dimse' } });
  expect(note?.receivedAt).toBe(first?.note?.receivedAt);
  expect(note?.lastTriedAt).not.toBeNull();
});

it('keeps an empty file like any other', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path);
  await quarantine.keep(bytes(''), reason(digest('a')));
  expect((await quarantine.list()).entries).toMatchObject([{ size: 0, problem: null }]);
  expect(await quarantine.read(digest('a'))).toHaveLength(0);
});

it('takes no more than its limits, and says what to do', async () => {
  using folder = scratchFolder();
  const byBytes = new Quarantine(path.join(folder.path, 'a'), { bytes: 2000, files: 10 });
  await byBytes.keep(bytes('x'.repeat(900)), reason(digest('a')));
  await expect(byBytes.keep(bytes('x'.repeat(1200)), reason(digest('b')))).rejects.toMatchObject({
    code: 'quarantine-full',
    message: expect.stringContaining('strata quarantine'),
  });
  await byBytes.drop(digest('a'));
  await byBytes.keep(bytes('x'.repeat(1200)), reason(digest('b')));
  const byFiles = new Quarantine(path.join(folder.path, 'b'), { bytes: 10_000, files: 1 });
  await byFiles.keep(bytes('x'), reason(digest('a')));
  await expect(byFiles.keep(bytes('y'), reason(digest('b')))).rejects.toMatchObject({
    code: 'quarantine-full',
  });
  // What lies there already takes no more room.
  await byFiles.keep(bytes('x'), reason(digest('a')));
});

it('lists what is there although notes are damaged, missing or alone, and strangers lie among them', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path);
  await quarantine.keep(bytes('good'), reason(digest('a')));
  const write = (name: string, text: string) => writeFileSync(path.join(folder.path, name), text);
  write(`${digest('b')}.dcm`, 'no note');
  write(`${digest('c')}.dcm`, 'damaged note');
  write(`${digest('c')}.json`, '{"fileDigest": 7');
  write(`${digest('d')}.json`, JSON.stringify({ fileDigest: 'x', reason: 'y', receivedAt: 'z' }));
  write(`${digest('e')}.dcm`, 'huge note');
  write(`${digest('e')}.json`, ' '.repeat(100_000));
  write('README.txt', 'from a colleague');
  mkdirSync(path.join(folder.path, 'folder'));
  const { entries, foreign } = await quarantine.list();
  const problems = Object.fromEntries(entries.map(({ id, problem }) => [id[0], problem]));
  expect(problems.a).toBeNull();
  for (const id of ['b', 'c', 'e']) expect(problems[id]).toMatch(/note is missing or damaged/);
  expect(problems.d).toMatch(/file is gone/);
  expect(foreign).toEqual(['README.txt', 'folder']);
  for (const { id } of entries) await quarantine.drop(id);
  expect(readdirSync(folder.path).sort()).toEqual(['README.txt', 'folder']);
});

it('reads the notes of the first version', async () => {
  using folder = scratchFolder();
  const old = {
    sopInstanceUid: '1.2',
    fileDigest: digest('a'),
    storedDigest: digest('b'),
    reason: 'A different file is stored.',
    receivedAt: '2026-01-01T00:00:00.000Z',
  };
  writeFileSync(path.join(folder.path, `${digest('a')}.dcm`), 'x');
  writeFileSync(path.join(folder.path, `${digest('a')}.json`), JSON.stringify(old));
  const { note, problem } = await new Quarantine(folder.path).find(digest('a'));
  expect(problem).toBeNull();
  expect(note).toMatchObject({ code: 'conflict', source: null, refusals: 1, deidentified: false });
});

it('finds by the first letters, and nothing by a name that leads elsewhere', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path);
  await quarantine.keep(bytes('1'), reason(`abcd${'0'.repeat(60)}`));
  await quarantine.keep(bytes('2'), reason(`abce${'0'.repeat(60)}`));
  expect((await quarantine.find('abcd')).size).toBe(1);
  await expect(quarantine.find('ffff')).rejects.toMatchObject({ code: 'not-in-quarantine' });
  await expect(quarantine.find('../../etc/passwd')).rejects.toMatchObject({ code: 'not-in-quarantine' });
  await quarantine.keep(bytes('3'), reason(`abcd${'1'.repeat(60)}`));
  await expect(quarantine.find('abcd')).rejects.toMatchObject({ code: 'ambiguous' });
});

it('lists nothing before the folder is there', async () => {
  using folder = scratchFolder();
  const list = await new Quarantine(path.join(folder.path, 'not-yet')).list();
  expect(list).toMatchObject({ entries: [], bytes: 0, foreign: [] });
});
