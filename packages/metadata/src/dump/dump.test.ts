// Dumps on real servers: everything comes back, and nothing damaged is taken.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Metadata } from '../metadata.ts';
import { openUntilTestEnds, query, serverOfThisFile } from '../testing/databases.ts';
import { record } from '../testing/records.ts';
import { DumpFolder } from './dump-folder.ts';
import { loadRows } from './load.ts';
import { checkManifest, manifestFile, manifestText, readManifest, tableFile } from './manifest.ts';
import { Snapshot } from './snapshot.ts';
import { writeDump } from './write-dump.ts';

const newDatabase = serverOfThisFile();

function freshFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-dump-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'dump');
}

/** Metadata with everything that is hard to write as text. */
async function filledDatabase(): Promise<string> {
  const url = await newDatabase();
  const metadata = await Metadata.open(url);
  try {
    const names = ['Doe^Jane', 'Müller^Jörg=漢字^太郎', 'Back\\slash^Tab\there', 'Line\nbreak^\\N', ''];
    const records = names.flatMap((name, at) =>
      ['1', '2', '3'].map((instance) =>
        record({ study: `1.2.${at}`, instance, patient: { id: `P${at}`, name }, inSeries: { number: null } }),
      ),
    );
    await metadata.commit(records);
    await metadata.putWorklistItem('step', {
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Jörg' }] },
      '00100020': { vr: 'LO', Value: ['back\\slash'] },
      '00401001': { vr: 'SH', Value: ['R1'] },
      '00400100': {
        vr: 'SQ',
        Value: [
          {
            '00080060': { vr: 'CS', Value: ['CT'] },
            '00400001': { vr: 'AE', Value: ['CT1'] },
            '00400002': { vr: 'DA', Value: ['20261201'] },
            '00400003': { vr: 'TM', Value: ['0800'] },
          },
        ],
      },
    });
    await metadata.pool.key();
  } finally {
    await metadata.close();
  }
  return url;
}

async function dumped(url: string): Promise<string> {
  const folder = freshFolder();
  const snapshot = await Snapshot.take(url);
  try {
    await writeDump(snapshot, folder);
  } finally {
    await snapshot.close();
  }
  return folder;
}

const tables = [
  'patients',
  'studies',
  'study_names',
  'series',
  'instances',
  'blobs',
  'worklist_items',
  'pool_key',
  'study_keys',
];

function content(url: string): Promise<Record<string, unknown>[][]> {
  return Promise.all(tables.map((table) => query(url, `select * from ${table} as one order by one::text`)));
}

describe('a dump', () => {
  it('comes back whole in another database, with its indexes, references and numbers', async () => {
    const from = await filledDatabase();
    const folder = await dumped(from);
    const to = await newDatabase();
    const loaded = await loadRows(to, await DumpFolder.open(folder), { origin: 'a test' });
    expect(loaded.outcome).toBe('loaded');
    expect(loaded.tables.find(({ name }) => name === 'instances')).toMatchObject({ rows: 15 });
    expect(await content(to)).toEqual(await content(from));
    const structure = `select indexdef as text from pg_indexes where schemaname = 'public' and tablename <> 'strata_marks'
      union all select conrelid::regclass || conname || pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace and conrelid::regclass::text <> 'strata_marks' order by 1`;
    expect(await query(to, structure)).toEqual(await query(from, structure));
    const metadata = await openUntilTestEnds(to);
    const [outcome] = await metadata.commit([record({ study: '1.2.99' })]);
    expect(outcome).toBe('stored');
    expect((await metadata.counts()).instances).toBe(16);
    expect((await metadata.worklist({ limit: 1, studyUid: '1.2.99' })).total).toBe(1);
  });

  it('is of one moment, whatever is committed meanwhile', async () => {
    const url = await filledDatabase();
    const snapshot = await Snapshot.take(url);
    onTestFinished(() => snapshot.close());
    const metadata = await openUntilTestEnds(url);
    await metadata.commit([record({ study: '1.2.77' })]);
    const { tables: found } = await writeDump(snapshot, freshFolder());
    expect(found.find(({ name }) => name === 'instances')?.rows).toBe(15);
    expect(found.find(({ name }) => name === 'studies')?.rows).toBe(5);
  });

  it('is for the owner only, since it has names and keys', async () => {
    const folder = await dumped(await filledDatabase());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder))
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('is loaded once: again is nothing to do, another one is refused, and so is a database in use', async () => {
    const folder = await dumped(await filledDatabase());
    const source = await DumpFolder.open(folder);
    const to = await newDatabase();
    await loadRows(to, source, { origin: 'one' });
    expect(await loadRows(to, source, { origin: 'one' })).toMatchObject({ outcome: 'already' });
    const refused = { code: 'not-empty', message: expect.stringContaining('nothing was changed') };
    await expect(loadRows(to, source, { origin: 'two' })).rejects.toMatchObject(refused);
    await expect(loadRows(await filledDatabase(), source, { origin: 'one' })).rejects.toMatchObject(refused);
    const foreign = await newDatabase();
    await query(foreign, 'create table shop (id integer primary key)');
    await expect(loadRows(foreign, source, { origin: 'one' })).rejects.toMatchObject({
      code: 'not-empty',
      message: expect.stringContaining('shop'),
    });
  });

  it('leaves nothing behind when its loading is broken off, and can be loaded after that', async () => {
    const source = await DumpFolder.open(await dumped(await filledDatabase()));
    const to = await newDatabase();
    const stop = new AbortController();
    const broken = loadRows(to, source, {
      origin: 'one',
      signal: stop.signal,
      onProgress: ({ step }) => step === 'check' && stop.abort(),
    });
    await expect(broken).rejects.toMatchObject({ name: 'AbortError' });
    expect(await query(to, 'select count(*)::int as rows from instances')).toEqual([{ rows: 0 }]);
    expect(await loadRows(to, source, { origin: 'one' })).toMatchObject({ outcome: 'loaded' });
  });

  it('of a database without metadata, or with tables without a key, is refused', async () => {
    await expect(Snapshot.take(await newDatabase())).rejects.toMatchObject({ code: 'unsuitable' });
    const url = await filledDatabase();
    await query(url, 'create table odd (a integer)');
    await expect(Snapshot.take(url)).rejects.toMatchObject({
      code: 'unsuitable',
      message: expect.stringContaining('odd'),
    });
  });
});

describe('a damaged dump', () => {
  let good: string;
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'strata-dump-'));
    good = path.join(folder, 'dump');
    const snapshot = await Snapshot.take(await filledDatabase());
    await writeDump(snapshot, good);
    await snapshot.close();
    return () => rmSync(folder, { recursive: true, force: true });
  });

  function copyOfIt(): string {
    const folder = freshFolder();
    cpSync(good, folder, { recursive: true });
    return folder;
  }

  async function isRefused(folder: string, words: string | RegExp = ''): Promise<void> {
    const url = await newDatabase();
    const load = async () => loadRows(url, await DumpFolder.open(folder), { origin: 'damaged' });
    await expect(load()).rejects.toMatchObject({
      name: 'DumpError',
      code: 'damaged',
      message: expect.stringMatching(words),
    });
    const [there] = await query(url, `select to_regclass('instances') is not null as made`);
    if (there?.made) expect(await query(url, 'select 1 from instances limit 1')).toEqual([]);
  }

  it('is told by the name of its file: cut, missing, with other rows, with more of them', async () => {
    const cut = copyOfIt();
    truncateSync(tableFile(cut, 'instances'), statSync(tableFile(cut, 'instances')).size >> 1);
    await isRefused(cut, /instances\.copy\.zst is damaged/);
    const missing = copyOfIt();
    rmSync(tableFile(missing, 'series'));
    await isRefused(missing, /series\.copy\.zst is damaged/);
    const other = copyOfIt();
    const rows = zstdDecompressSync(readFileSync(tableFile(other, 'patients'))).toString();
    writeFileSync(tableFile(other, 'patients'), zstdCompressSync(rows.replace('Jane', 'June')));
    await isRefused(other, /patients\.copy\.zst is damaged: its rows do not match/);
    const more = copyOfIt();
    writeFileSync(tableFile(more, 'blobs'), zstdCompressSync(Buffer.alloc(2 ** 26)));
    await isRefused(more, /blobs/);
  });

  it('is refused by its manifest: another digit, names that are none, a newer form, no manifest', async () => {
    const file = manifestFile(good);
    const manifest = await readManifest(good);
    const altered = JSON.parse(readFileSync(file, 'utf8'));
    altered.tables[0].rows += 1;
    expect(() => checkManifest(altered, file)).toThrow(/damaged/);
    for (const name of ['../../etc/passwd', 'a"; drop table studies; --', '']) {
      const hostile = { ...manifest, tables: manifest.tables.map((table) => ({ ...table, name })) };
      expect(() => checkManifest(JSON.parse(manifestText(hostile)), file)).toThrow(/damaged/);
    }
    expect(() => checkManifest({ ...altered, format: 2 }, file)).toThrow(/newer Strata/);
    const empty = freshFolder();
    await expect(DumpFolder.open(empty)).rejects.toMatchObject({ code: 'damaged' });
    const lacking = copyOfIt();
    writeFileSync(
      manifestFile(lacking),
      manifestText({ ...manifest, tables: manifest.tables.filter(({ name }) => name !== 'studies') }),
    );
    await isRefused(lacking, /lacks the table studies/);
    const future = copyOfIt();
    writeFileSync(manifestFile(future), manifestText({ ...manifest, version: '9999-beyond' }));
    const loading = loadRows(await newDatabase(), await DumpFolder.open(future), { origin: 'newer' });
    await expect(loading).rejects.toMatchObject({ code: 'newer-schema' });
  });

  it('ends in a named error wherever its bytes are changed', async () => {
    const files = readdirSync(good).filter((name) => statSync(path.join(good, name)).size > 60);
    let state = 42;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let failures = 0;
    for (let round = 0; round < 300; round++) {
      const name = files[random(files.length)] ?? '';
      const file = path.join(good, name);
      const bytes = readFileSync(file);
      const altered = Buffer.from(bytes);
      const at = random(bytes.length);
      if (round % 3 === 0) altered[at] = (altered[at] ?? 0) ^ (1 + random(255));
      else if (round % 3 === 1) altered.fill(random(256), at, Math.min(bytes.length, at + 1 + random(64)));
      writeFileSync(file, round % 3 === 2 ? altered.subarray(0, at) : altered);
      try {
        if (altered.equals(bytes) && round % 3 !== 2) continue;
        const read = async () => {
          const source = await DumpFolder.open(good);
          for (const table of source.tables) for await (const _ of source.rowsOf(table));
        };
        const failure = await read().then(
          () => null,
          (error) => error,
        );
        if (failure === null) continue; // every row was proven all the same
        failures += 1;
        expect(failure.name, `${name} at ${at}, round ${round}: ${failure}`).toBe('DumpError');
      } finally {
        writeFileSync(file, bytes);
      }
    }
    expect(failures).toBeGreaterThan(200);
  }, 60_000);
});
