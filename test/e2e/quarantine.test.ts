// The quarantine from outside: what contradicts the store is listed, shown, tried again and dropped, and nothing vanishes.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('quarantine');
const data = path.join(folder, 'data');
const [original = '', other = ''] = dataFiles('series/mr-t1');
const altered = readFileSync(original);
altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1);
const id = createHash('sha256').update(altered).digest('hex');
const inFolder = (name: string) => path.join(data, 'quarantine', name);
let server: StrataProcess;

beforeAll(async () => {
  server = await StrataProcess.start(data);
  const copy = path.join(folder, 'altered.dcm');
  writeFileSync(copy, altered);
  await strata('import', original, '--data', data);
  expect(await strata('import', copy, '--data', data)).toMatchObject({ code: 1 });
});
afterAll(async () => {
  await server.stop();
  remove();
});

const quarantine = (...args: string[]) => strata('quarantine', ...args, '--data', data);
const json = async (...args: string[]) => JSON.parse((await quarantine(...args, '--json')).stdout);

describe('strata quarantine', () => {
  it('lists what is kept and why, for people and for programs', async () => {
    const { stdout, code } = await quarantine();
    expect(code).toBe(0);
    expect(stdout).toContain(id.slice(0, 12));
    expect(stdout).toMatch(/import .* A different file is stored under this SOP Instance UID/);
    const { entries } = await json();
    expect(entries).toMatchObject([{ id, size: altered.length, problem: null, note: { code: 'conflict' } }]);
  });

  it('shows one by the first letters of its id, and says when there is none', async () => {
    const shown = (await quarantine('show', id.slice(0, 6))).stdout;
    expect(shown).toContain(`SHA-256 ${digestOf(original)}`);
    expect(shown).toContain(inFolder(`${id}.dcm`));
    expect((await quarantine('list')).stdout).toContain(id.slice(0, 12));
    const none = await quarantine('show', 'ffffffff');
    expect(none).toMatchObject({ code: 1, stderr: 'strata: There is no ffffffff in quarantine.\n' });
  });

  it('tries again by name or all together; what is still refused stays, and the note says so', async () => {
    const both = await quarantine('retry', id, '--all');
    expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining('Name one file') });
    expect(await quarantine('retry', id)).toMatchObject({ code: 1 });
    const all = await json('retry', '--all');
    expect(all).toMatchObject({ taken: 0, refused: 1, files: [{ id, code: 'conflict', quarantined: id }] });
    expect((await json('show', id)).note).toMatchObject({ refusals: 3, source: { kind: 'import' } });
    expect(readFileSync(inFolder(`${id}.dcm`)).equals(altered)).toBe(true);
  });

  it('takes in what can be taken in now, also a file whose note is lost', async () => {
    const name = digestOf(other);
    writeFileSync(inFolder(`${name}.dcm`), readFileSync(other));
    writeFileSync(inFolder(`${name}.json`), 'not a note');
    writeFileSync(inFolder('left-by-someone.txt'), 'hello');
    expect((await quarantine()).stdout).toMatch(
      /note is missing or damaged.*1 file in the folder not put there/s,
    );
    const answer = await json('retry', name);
    expect(answer).toMatchObject({ taken: 1, files: [{ outcome: 'stored' }] });
    expect(existsSync(inFolder(`${name}.dcm`))).toBe(false);
    expect(existsSync(inFolder(`${name}.json`))).toBe(false);
    const studies = await strata('studies', '--data', data, '--json');
    expect(JSON.parse(studies.stdout).studies).toMatchObject([{ instanceCount: 2 }]);
  });

  it('drops only what it is told to, and not without being asked', async () => {
    const unasked = await quarantine('drop', id);
    expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
    expect(existsSync(inFolder(`${id}.dcm`))).toBe(true);
    expect(await quarantine('drop', id, '--yes')).toMatchObject({ code: 0, stdout: `Dropped ${id}.\n` });
    expect((await quarantine()).stdout).toMatch(/^Nothing is in quarantine/);
    expect(existsSync(inFolder('left-by-someone.txt'))).toBe(true);
  });
});

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
