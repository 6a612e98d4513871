// What is lost is made anew while everybody goes on reading: a wiped folder, a lost disk, damaged bytes, killed servers.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { ListedInstance } from '../../server/src/http/gateway-routes.ts';
import { dataFiles } from '../support/data.ts';
import { temporaryFolder } from '../support/strata.ts';
import { flipBit, LossyPool, NAMES, type Name } from './lossy-pool.ts';

const files = dataFiles('series/ct-ge').slice(0, 12);
// A surplus copy stays for half a minute after it came.
vi.setConfig({ testTimeout: 180_000 });
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A pool with the files in it, each blob on two servers. */
async function filledPool(settings: object = {}) {
  const pool = await LossyPool.start(settings);
  cleanUp.push(() => pool.remove());
  const ran = await pool.run('a', 'import', '--json', ...files);
  expect(ran.code, ran.stderr).toBe(0);
  const [{ studyUid: study }] = JSON.parse((await pool.run('a', 'studies', '--json')).stdout).studies;
  await pool.settled();
  return { pool, study: String(study) };
}

/** Reads the original files again and again, and compares each with what was sent, until it is stopped. */
function keepReading(pool: LossyPool, study: string) {
  const sent = new Map(files.map((file) => [readFileSync(file).length, new Set<string>()]));
  for (const file of files) sent.get(readFileSync(file).length)?.add(readFileSync(file).toString('base64'));
  const seen = { read: 0, failures: [] as string[] };
  const stop = new AbortController();
  const read = async () => {
    const list = (await (
      await fetch(`${pool.url('a')}/gateway/studies/${study}`)
    ).json()) as ListedInstance[];
    for (let at = 0; !stop.signal.aborted; at++) {
      const { sopInstanceUid } = list[at % list.length] as ListedInstance;
      const name = NAMES[at % NAMES.length] as Name;
      const response = await fetch(`${pool.url(name)}/gateway/instances/${sopInstanceUid}/file`);
      const bytes = Buffer.from(await response.arrayBuffer());
      const isRight =
        response.status === 200 && sent.get(bytes.length)?.has(bytes.toString('base64')) === true;
      if (isRight) seen.read += 1;
      else seen.failures.push(`${response.status} from ${name}: ${bytes.subarray(0, 300).toString()}`);
    }
  };
  const reading = read().catch((error: unknown) => void seen.failures.push(String(error)));
  return async () => {
    stop.abort();
    await reading;
    return seen;
  };
}

it('a server whose folder is wiped and a lost disk of another: reads go on, all copies come back', async () => {
  const { pool, study } = await filledPool();
  const stopReading = keepReading(pool, study);
  // One after the other: two copies of each are enough for one loss at a time.
  for (const [disk] of [pool.disks('b'), pool.disks('c')]) {
    pool.wipe(disk ?? '');
    await pool.settled();
  }
  const { read, failures } = await stopReading();
  expect(failures).toEqual([]);
  expect(read).toBeGreaterThan(0);
  const verified = await pool.verify();
  expect(verified).toMatchObject({
    ...{ code: 0, clean: true, problems: [] },
    pool: { copies: 2 * verified.blobs, damaged: 0, missing: 0, below: 0 },
  });
});

it('bytes that changed on disk are never shown, replaced, and reported', async () => {
  const { pool, study } = await filledPool();
  const flipped = new Set<string>();
  for (const name of NAMES) {
    for (const file of pool.blobFiles(name)) {
      // One copy of each is left as it is.
      if (flipped.has(path.basename(file)) || flipped.size >= 10) continue;
      flipped.add(path.basename(file));
      flipBit(file, flipped.size / 11);
    }
  }
  const { folder, remove } = temporaryFolder('shown');
  cleanUp.push(remove);
  for (const name of NAMES) {
    // Every frame that is written has been compared with its digest.
    const shown = await pool.run(name, 'get', study, '--level', 'full', '--out', path.join(folder, name));
    expect(shown.code, shown.stderr).toBe(0);
  }
  for (const name of NAMES) await fetch(`${pool.url(name)}/admin/pool/scrub`, { method: 'POST' });
  await pool.until(async () =>
    (await pool.report()).servers.every(({ upkeep }) => upkeep?.scrub?.passes === 1),
  );
  const { servers } = await pool.report();
  const found = new Set(
    servers.flatMap(({ upkeep }) => upkeep?.findings.latest.map(({ digest }) => digest) ?? []),
  );
  expect(found).toEqual(flipped);
  await pool.settled();
  expect(await pool.verify()).toMatchObject({ code: 0, clean: true, pool: { damaged: 0, below: 0 } });
});

it('a verify of the pool names damaged and missing copies with their servers, and has them mended', async () => {
  const { pool } = await filledPool();
  const [first = '', second = '', third = ''] = pool.blobFiles('b');
  flipBit(first, 0.5);
  flipBit(second, 0.9);
  rmSync(third);
  const found = await pool.verify();
  expect(found).toMatchObject({
    code: 1,
    clean: false,
    pool: { damaged: 2, missing: 1, unread: 0, below: 3 },
  });
  const subjects = found.problems.map(({ subject }) => subject).sort();
  const blobs = [first, second, third].map((file) => `blob ${path.basename(file)}`);
  expect(subjects).toEqual([...blobs, 'replicas'].sort());
  for (const { reason } of found.problems.filter(({ subject }) => subject !== 'replicas')) {
    expect(reason).toMatch(/^On b: .* Needed by instance /s);
  }
  await pool.until(async () => (await pool.verify()).clean);
  await pool.settled();
  const shown = (await pool.run('a', 'pool')).stdout;
  expect(shown).toMatch(/^Copies: 24 blobs with 2\.\nTo be settled: nothing\.$/m);
  expect(shown).toMatch(/b: blob [0-9a-f]{12} damaged: repaired from [ac]\./);
});

it('a server that is killed again and again while copies are made anew: none is lost, none stays behind', async () => {
  const { pool } = await filledPool({ repair: { megabytesPerSecond: 2, atOnce: 2 } });
  const before = await pool.copied();
  pool.wipe(pool.disks('b')[0] ?? '');
  await pool.until(async () => (await pool.copied()) > before);
  for (const name of ['b', 'c', 'b', 'c'] as const) {
    await pool.servers.get(name)?.kill();
    await pool.startServer(name);
  }
  await pool.settled();
  expect(await pool.verify()).toMatchObject({
    code: 0,
    clean: true,
    pool: { damaged: 0, missing: 0, below: 0 },
  });
});
