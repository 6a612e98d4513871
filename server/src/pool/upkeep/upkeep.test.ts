// Losses and what upkeep makes of them: real disks, a real database, real sockets between the servers.
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openUntilTestEnds, query, serverOfThisFile } from '@strata/metadata/testing/databases';
import { describe, expect, it } from 'vitest';
import { type KeptServer, KeptServers, until, type Wanted } from '../testing/kept-servers.ts';

const newDatabase = serverOfThisFile();
const TWO_DAYS_S = 2 * 24 * 3600;

async function poolOf(ids: readonly string[], wanted: Wanted = {}) {
  const url = await newDatabase();
  const pool = new KeptServers(await openUntilTestEnds(url));
  for (const id of ids) await pool.join(id, wanted);
  const [a, b, c] = ids.map((id) => pool.servers.get(id)) as [KeptServer, KeptServer, KeptServer];
  return { pool, a, b, c, url };
}

const fileOf = ({ folders }: KeptServer, digest: string, disk = 0) =>
  path.join(folders[disk] ?? '', 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest);

function damage(server: KeptServer, digest: string): void {
  const bytes = readFileSync(fileOf(server, digest));
  bytes[7] = (bytes[7] ?? 0) ^ 1;
  writeFileSync(fileOf(server, digest), bytes);
}

/** Lets files look as if they had come long ago. */
function age(server: KeptServer, digests: readonly string[]): void {
  const then = Date.now() / 1000 - TWO_DAYS_S;
  for (const digest of digests) utimesSync(fileOf(server, digest), then, then);
}

async function allHave(pool: KeptServers, digests: readonly string[], count: number): Promise<boolean> {
  for (const digest of digests) if ((await pool.holders(digest)).length !== count) return false;
  return true;
}

describe('after a loss', () => {
  it('the blobs of an emptied disk have all their replicas again, on servers that had none of them', async () => {
    const { pool, a, b } = await poolOf(['a', 'b', 'c']);
    const digests = await pool.store(10, [a, b]);
    await pool.wipe(a);
    await until(() => allHave(pool, digests, 2));
    await until(async () => (await pool.metadata.pool.overview()).settlings.length === 0);
    for (const digest of digests) expect(await pool.holders(digest)).toContain('b');
  });

  it('of one disk of two only what lay on that disk is copied again', async () => {
    const { pool, a, b } = await poolOf(['a', 'b'], { kinds: ['online', 'online'] });
    const digests = await pool.store(10, [a, b]);
    const kept = (
      await Promise.all(digests.map(async (one) => [one, await a.disks.diskOf(one)] as const))
    ).filter(([, disk]) => disk === a.disks.status()[1]?.id);
    await pool.wipe(a, 0);
    await until(() => allHave(pool, digests, 2));
    const copied = ['a', 'b'].map((id) => pool.servers.get(id)?.upkeep.state().settling.copied ?? 0);
    expect((copied[0] ?? 0) + (copied[1] ?? 0)).toBe(digests.length - kept.length);
  });

  it('nothing is copied for a server that is silent for a moment, all for one that stays away, and its return removes what is surplus', async () => {
    const { pool, a, b, url } = await poolOf(['a', 'b', 'c'], { settings: { repairAfter: 900 } });
    const digests = await pool.store(6, [a, b]);
    await pool.die('a');
    await until(async () => (await pool.metadata.pool.sweep())?.doneAt != null);
    expect(await allHave(pool, digests, 2)).toBe(true);
    await query(url, `update servers set seen_at = seen_at - interval '1 hour' where id = 'a'`);
    await pool.beat();
    await until(() => allHave(pool, digests, 3));
    for (const server of pool.servers.values()) age(server, digests);
    await pool.return('a');
    await until(() => allHave(pool, digests, 2));
    for (const digest of digests) {
      const listed = await pool.holders(digest);
      for (const server of pool.servers.values()) {
        expect(await server.disks.has(digest)).toBe(listed.includes(server.id));
      }
    }
  });

  it('a server that drains is emptied, and one that is alone keeps what it has', async () => {
    const { pool, a, b } = await poolOf(['a', 'b', 'c']);
    const digests = await pool.store(6, [a, b]);
    for (const server of [a, b]) age(server, digests);
    await pool.metadata.pool.setState('a', 'draining');
    await pool.beat();
    await until(async () => (await Promise.all(digests.map((one) => a.disks.has(one)))).every((has) => !has));
    expect(await allHave(pool, digests, 2)).toBe(true);
    for (const id of ['b', 'c']) await pool.metadata.pool.setState(id, 'draining');
    await pool.beat();
    await until(async () => (await pool.metadata.pool.sweep())?.doneAt != null);
    expect(await allHave(pool, digests, 2)).toBe(true);
  });
});

it('what was stored at one site is spread over both, and no copy more is kept', async () => {
  const { pool, a, b } = await poolOf(['a', 'b'], { site: 'north' });
  const digests = await pool.store(4, [a, b]);
  for (const server of [a, b]) age(server, digests);
  await pool.join('c', { site: 'south', settings: { lease: 1 } });
  await until(async () =>
    (await Promise.all(digests.map((one) => pool.holders(one)))).every((at) => at.includes('c')),
  );
  await until(() => allHave(pool, digests, 2));
});

it('a full disk takes no more, and what finds no room elsewhere stays where it is', async () => {
  const { pool, a, b } = await poolOf(['a', 'b']);
  const digests = await pool.store(6, [a, b]);
  for (const server of [a, b]) age(server, digests);
  const c = await pool.join('c', { capacityLimit: 50_000, settings: { lease: 1 } });
  await pool.metadata.pool.setState('a', 'draining');
  await pool.beat();
  const waiting = async () => {
    await pool.beat();
    const { settlings } = await pool.metadata.pool.overview();
    return settlings.map(({ reason }) => reason);
  };
  await until(async () => (await waiting()).join() === 'no-room');
  const onC = (await Promise.all(digests.map((one) => c.disks.has(one)))).filter(Boolean).length;
  expect(onC).toBeGreaterThan(0);
  expect(await allHave(pool, digests, 2)).toBe(true);
  let bytes = 0;
  for await (const { length } of c.disks.list()) bytes += length;
  expect(bytes).toBeLessThanOrEqual(50_000);
});

it('goes on wherever it is broken off', async () => {
  const { pool, a, b, c } = await poolOf(['a', 'b', 'c']);
  const digests = await pool.store(30, [a, b]);
  await pool.wipe(a);
  for (let at = 0; at < 12; at++) {
    await sleep(15 * (at % 4));
    await [a, b, c][at % 3]?.restart();
  }
  await until(() => allHave(pool, digests, 2));
  await until(async () => (await pool.metadata.pool.overview()).settlings.length === 0);
  for (const digest of digests) {
    const listed = await pool.holders(digest);
    for (const server of [a, b, c]) expect(await server.disks.has(digest)).toBe(listed.includes(server.id));
  }
});

describe('copies that are damaged', () => {
  it('are found by the scrub, replaced from a good one, and reported', async () => {
    const { pool, a, b } = await poolOf(['a', 'b']);
    const digests = await pool.store(5, [a, b]);
    const bad = digests.filter((_, at) => at % 3 === 0);
    for (const digest of bad) damage(a, digest);
    a.upkeep.scrubNow();
    await until(() => a.upkeep.state().scrub?.passes === 1);
    expect(await allHave(pool, digests, 2)).toBe(true);
    const { scrub, findings } = a.upkeep.state();
    expect(scrub).toMatchObject({ blobs: digests.length, bad: bad.length, after: null });
    expect(new Set(findings.latest.map(({ digest }) => digest))).toEqual(new Set(bad));
    for (const { outcome } of findings.latest) expect(outcome).toBe('repaired from b');
  });

  it('stay, and are reported, when there is no other', async () => {
    const { pool, a } = await poolOf(['a']);
    const [digest = ''] = await pool.store(1, [a]);
    damage(a, digest);
    a.upkeep.scrubNow();
    await until(() => a.upkeep.state().scrub?.passes === 1);
    expect(a.upkeep.state().findings.latest).toMatchObject([
      { digest, outcome: expect.stringMatching('import') },
    ]);
    expect((await pool.metadata.pool.holders([digest])).get(digest)).toHaveLength(1);
    expect(await a.disks.has(digest)).toBe(true);
  });

  it('never stay alone: before a surplus copy goes, those that stay are read again', async () => {
    const { pool, a, b, c } = await poolOf(['a', 'b', 'c']);
    const digests = await pool.store(3, [a, b, c]);
    for (const server of [a, b, c]) age(server, digests);
    // Whichever two of the three are to stay, one of them at least is damaged for most blobs.
    for (const digest of digests) for (const server of [a, b]) damage(server, digest);
    for (const server of [a, b]) age(server, digests);
    await pool.metadata.pool.queueSettling(digests, 'test');
    await pool.beat();
    await until(() => allHave(pool, digests, 2));
  });
});

describe('the audit', () => {
  it('misses what is gone, adopts what is good, removes what nothing refers to', async () => {
    const { pool, a, b } = await poolOf(['a', 'b']);
    const digests = await pool.store(10, [a, b]);
    const [gone = '', unlisted = ''] = digests;
    rmSync(fileOf(a, gone));
    await pool.metadata.pool.removeReplica(unlisted, 'a', { leastOthers: 1 });
    const orphan = (await a.disks.put([Buffer.from('left by a broken-off import')])).digest;
    const young = (await a.disks.put([Buffer.from('just coming')])).digest;
    age(a, [...digests.filter((one) => one !== gone), orphan]);
    a.upkeep.auditNow();
    await until(() => a.upkeep.state().audit !== null);
    expect(a.upkeep.state().audit?.report).toMatchObject({ missing: 1, adopted: 1, orphans: 1, removed: 1 });
    expect([await a.disks.has(orphan), await a.disks.has(young)]).toEqual([false, true]);
    await until(() => allHave(pool, digests, 2));
  });

  it('removes nothing while metadata are being made of blobs: what is unknown may be needed when that is through', async () => {
    const { pool, a } = await poolOf(['a']);
    const digests = await pool.store(10, [a]);
    await pool.metadata.rebuild.open([]);
    const unknown = (await a.disks.put([Buffer.from('of an image that is not known again yet')])).digest;
    age(a, [...digests, unknown]);
    a.upkeep.auditNow();
    await until(() => a.upkeep.state().audit !== null);
    expect(a.upkeep.state().audit?.report).toMatchObject({ orphans: 1, removed: 0 });
    expect(await a.disks.has(unknown)).toBe(true);
  });

  it('leaves everything when most of it is unknown: then the database is the wrong one', async () => {
    const { pool, a } = await poolOf(['a']);
    const digests = await pool.store(1, [a]);
    const unknown = [];
    for (let at = 0; at < 20; at++) unknown.push((await a.disks.put([Buffer.from(`blob ${at}`)])).digest);
    age(a, [...digests, ...unknown]);
    a.upkeep.auditNow();
    await until(() => a.upkeep.state().audit !== null);
    expect(a.upkeep.state().audit?.report).toMatchObject({ orphans: 20, removed: 0 });
    expect(a.upkeep.state().findings.latest).toMatchObject([{ found: 'unknown' }]);
    for (const digest of unknown) expect(await a.disks.has(digest)).toBe(true);
  });
});

it('what is old goes to one online and one archive disk', async () => {
  const settings = { tiers: [{ olderThanDays: 300, replicas: 1, archive: 1 }] };
  const wanted = { settings, kinds: ['online', 'archive'] as const };
  const { pool, a, b } = await poolOf(['a', 'b'], wanted);
  const digests = await pool.store(5, [a, b]);
  for (const server of [a, b]) {
    for (const digest of digests) {
      const disk = server.disks.status().findIndex(({ kind }) => kind === 'online');
      utimesSync(fileOf(server, digest, disk), 1, 1);
    }
  }
  await pool.join('c', wanted);
  await until(async () => {
    const holders = await pool.metadata.pool.holders(digests);
    return [...holders.values()].every(
      (places) =>
        places
          .map(({ tier }) => tier)
          .sort()
          .join() === 'nearline,online',
    );
  });
  await until(() => allHave(pool, digests, 2));
});
