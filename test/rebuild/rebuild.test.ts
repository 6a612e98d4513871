// Metadata out of blobs: what is asked is answered as before, whatever happens meanwhile.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { query } from '@strata/metadata/testing/databases';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import type { Answers } from './answers.ts';
import {
  answersIn,
  chosenFiles,
  exportedFiles,
  fill,
  loseMetadata,
  rebuild,
  sendInOrder,
} from './installation.ts';
import { takeNotesAway } from './without-notes.ts';

const { folder, remove } = temporaryFolder('rebuild');
afterAll(remove);
// All images take their time.
if (process.env.STRATA_TEST_REBUILD === 'all') vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const main = path.resolve(import.meta.dirname, '../../server/src/cli/main.ts');

/** A copy of the installation, its files as old as they are. */
function copied(name: string): string {
  const data = path.join(folder, name);
  cpSync(original, data, { recursive: true, preserveTimestamps: true });
  return data;
}

/** Blobs of a kind, the longest first. */
function blobsOf(data: string, magic: 'SOBJ' | 'SFRB'): string[] {
  return globSync('store/blobs/*/*/*', { cwd: data })
    .map((name) => path.join(data, name))
    .filter((file) => readFileSync(file).subarray(0, 4).toString() === magic)
    .sort((a, b) => statSync(b).size - statSync(a).size);
}

const original = path.join(folder, 'original');
let before: Answers;
let files: Record<string, string>;
beforeAll(async () => {
  const server = await StrataProcess.start(original, '--log-level', 'silent');
  await sendInOrder(server.url, chosenFiles());
  await server.stop();
  before = await answersIn(original);
  const again = await StrataProcess.start(original, '--log-level', 'silent');
  files = await exportedFiles(
    again.url,
    before.records.map(({ instance }) => instance.uid),
  );
  await again.stop();
});

describe('metadata that were thrown away', () => {
  it('answer every question as before when they are made again, and every file comes back', async () => {
    const data = copied('lost');
    loseMetadata(data);
    const { length } = before.records;
    expect(await rebuild(data)).toMatchObject({
      code: 0,
      stored: length,
      waiting: 0,
      unnamed: 0,
      problems: [],
    });
    expect(await answersIn(data)).toEqual(before);
    const server = await StrataProcess.start(data, '--log-level', 'silent');
    expect(await exportedFiles(server.url, Object.keys(files))).toEqual(files);
    const verified = await strata('verify', '--data', data, '--deep', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ problems: [], rebuilt: length });
    // Nothing is lost or stored twice when files come again.
    const [first = ''] = chosenFiles();
    expect(await sendInOrder(server.url, [first])).toBe(1);
    await server.stop();
    expect(await rebuild(data)).toMatchObject({ code: 0, stored: 0, already: length });
    expect(await answersIn(data)).toEqual(before);
  });

  it('are the same when the rebuild is killed again and again', async () => {
    const data = copied('killed');
    loseMetadata(data);
    for (const afterMs of [900, 1600]) {
      const child = spawn(process.execPath, [main, 'rebuild', '--data', data], { stdio: 'ignore' });
      await sleep(afterMs);
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    expect(await rebuild(data)).toMatchObject({ code: 0, waiting: 0, problems: [] });
    expect(await answersIn(data)).toEqual(before);
  });

  it('are made of blobs from before there were notes in them too', async () => {
    const data = copied('older');
    loseMetadata(data);
    const changed = takeNotesAway(data);
    expect(await rebuild(data)).toMatchObject({ code: 0, stored: changed, waiting: 0, problems: [] });
    const now = await answersIn(data);
    const shown = (answers: Answers) =>
      answers.records.map(({ instance, framesBlob }) => ({ instance, framesBlob }));
    expect(shown(now)).toEqual(shown(before));
    expect(now.queries).toEqual(before.queries);
    const verified = await strata('verify', '--data', data, '--deep', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ problems: [], rebuilt: changed });
  });
});

describe('blobs that cannot be used', () => {
  it('are named, counted and left out; the others are used', async () => {
    const data = path.join(folder, 'damaged');
    await fill(data, dataFiles('series/ct-ge').slice(0, 6));
    loseMetadata(data);
    const [damaged = ''] = blobsOf(data, 'SOBJ');
    const [cut = '', lost = ''] = blobsOf(data, 'SFRB');
    const bytes = readFileSync(damaged);
    bytes[300] = (bytes[300] ?? 0) ^ 1;
    writeFileSync(damaged, bytes);
    writeFileSync(cut, readFileSync(cut).subarray(0, 5000));
    const pixels = readFileSync(lost);
    rmSync(lost);
    const foreign = path.join(path.dirname(cut), `${path.basename(cut).slice(0, 60)}ffff`);
    writeFileSync(foreign, 'the photographs of somebody');

    const { code, stored, problems } = await rebuild(data);
    expect(code).toBe(1);
    const named = problems.map(({ subject, reason }) => `${subject}: ${reason}`).join('\n');
    expect(named).toContain(
      `${path.basename(damaged)} on ${path.join(data, 'store')}: Its bytes do not match`,
    );
    expect(named).toMatch(new RegExp(`${path.basename(cut)} on .*: It has 5000 bytes`));
    expect(named).toMatch(new RegExp(`${path.basename(foreign)} on .*: It is neither`));
    expect(named).toContain(`blob ${path.basename(lost)} with its pixels is on no disk`);
    expect(stored).toBeGreaterThanOrEqual(3);
    // What is mended is used by the next rebuild; what is not stays until it is given up.
    writeFileSync(lost, pixels);
    expect(await rebuild(data)).toMatchObject({ code: 1, stored: stored + 1 });
    expect(await rebuild(data, '--give-up')).toMatchObject({ code: 1 });
    const server = await StrataProcess.start(data, '--log-level', 'silent');
    expect(await sendInOrder(server.url, dataFiles('series/ct-ge').slice(0, 6))).toBe(6);
    await server.stop();
    expect((await answersIn(data)).counts).toMatchObject({ instances: 6 });
  });
});

describe('a database that is damaged', () => {
  it('is set aside when that is asked, and is kept', async () => {
    const data = path.join(folder, 'fresh');
    await fill(data, dataFiles('series/ct-ge').slice(0, 2));
    rmSync(path.join(data, 'postgres/cluster/global/pg_control'));
    const failed = await strata('rebuild', '--data', data);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('strata rebuild --fresh');
    expect(await rebuild(data, '--fresh')).toMatchObject({ code: 0, stored: 2 });
    expect(globSync('postgres-*/cluster', { cwd: data })).toHaveLength(1);
  });
});

describe('images from earlier versions', () => {
  it('get what this version reads in them while their server runs', async () => {
    const data = path.join(folder, 'refreshed');
    await fill(data, dataFiles('odd/pydicom').slice(0, 12));
    const known = await answersIn(data);
    const database = await EmbeddedPostgres.start({ folder: path.join(data, 'postgres') });
    await query(
      database.url,
      `update instances set presentation = '{}', attributes = '{}', search = '{}', position = null`,
    );
    await database.stop();
    const server = await StrataProcess.start(data, '--log-level', 'silent');
    const { length } = known.records;
    expect(await rebuild(data)).toMatchObject({ code: 0, already: length, describedAnew: 0 });
    expect(await rebuild(data, '--refresh')).toMatchObject({
      code: 0,
      already: length,
      describedAnew: length,
    });
    await server.stop();
    expect(await answersIn(data)).toEqual(known);
  });
});

it('is refused where there is no data folder', async () => {
  const ran = await strata('rebuild', '--data', path.join(folder, 'nowhere'));
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('There is no data folder at')]);
});
