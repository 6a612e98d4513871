// Several disks of one server: each blob on one of them, and what happens when one is full, emptied or taken away.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BlobStore } from './blob-store.ts';
import type { DiskFolder } from './disk.ts';
import { Disks } from './disks.ts';
import { filesBelow, freshFolder, smallDisk } from './testing/folders.ts';

const folder = (place: string, name = path.basename(place), rest: Partial<DiskFolder> = {}): DiskFolder => ({
  ...{ path: place, name, kind: 'online', reserve: 0 },
  ...rest,
});

async function open(...folders: DiskFolder[]): Promise<Disks> {
  const disks = await Disks.open(folders);
  onTestFinished(() => disks.close());
  return disks;
}

const pathOf = (place: string, digest: string) =>
  path.join(place, 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest);
const putMany = (disks: Disks, count: number, bytes = 500) =>
  Promise.all(Array.from({ length: count }, () => disks.put([randomBytes(bytes)])));
const idIn = (place: string) => JSON.parse(readFileSync(path.join(place, 'disk.json'), 'utf8')).id as string;

async function listed(disks: Disks, after?: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { digest } of disks.list(after)) all.push(digest);
  return all;
}

describe('the disks of a server', () => {
  it('take over the blobs of a folder from before, and keep their identity', async () => {
    const place = freshFolder();
    const { digest } = await (await BlobStore.open(place)).put([Buffer.from('levels')]);
    const disks = await open(folder(place));
    expect(await disks.verify(digest)).toMatchObject({ state: 'good' });
    const [{ id } = { id: '' }] = disks.status();
    expect(id).toBe(idIn(place));
    expect((await open(folder(place))).status()[0]).toMatchObject({ id, state: 'in', reason: null });
  });

  it('spread blobs, find each on whichever disk it is, and list all sorted', async () => {
    const disks = await open(folder(freshFolder()), folder(freshFolder()), folder(freshFolder()));
    const put = await putMany(disks, 60);
    expect(new Set(put.map(({ disk }) => disk)).size).toBe(3);
    const digests = put.map(({ digest }) => digest).sort();
    expect(await listed(disks)).toEqual(digests);
    expect(await listed(disks, digests[29])).toEqual(digests.slice(30));
    for (const { digest, disk } of put) {
      expect(await disks.diskOf(digest)).toBe(disk);
      expect((await disks.get(digest)).length).toBe(500);
      expect((await disks.read(digest, 100, 20)).length).toBe(20);
    }
    const again = await disks.put([await disks.get(digests[0] ?? '')]);
    expect(again).toMatchObject({ existed: true, disk: await disks.diskOf(again.digest) });
    await expect(disks.get('0'.repeat(64))).rejects.toMatchObject({ code: 'missing' });
  });

  it('lose only the blobs of a disk that is emptied, which is a new disk from then on', async () => {
    const [one, two] = [freshFolder(), freshFolder()];
    const disks = await open(folder(one), folder(two));
    const put = await putMany(disks, 40);
    const lost = idIn(one);
    for (const name of readdirSync(one)) rmSync(path.join(one, name), { recursive: true });
    const status = await disks.check();
    const fresh = idIn(one);
    expect(fresh).not.toBe(lost);
    expect(status.map(({ id, state }) => [id, state])).toEqual([
      [fresh, 'in'],
      [lost, 'lost'],
      [idIn(two), 'in'],
    ]);
    for (const { digest, disk } of put) expect(await disks.has(digest)).toBe(disk !== lost);
    await expect(disks.put([randomBytes(9)], { disk: lost })).rejects.toThrow(/not here any more/);
    const more = await putMany(disks, 40);
    expect(new Set(more.map(({ disk }) => disk))).toEqual(new Set([fresh, idIn(two)]));
  });

  it('take a blob even before anybody has seen that the only disk was emptied', async () => {
    const place = freshFolder();
    const disks = await open(folder(place));
    await putMany(disks, 3);
    rmSync(place, { recursive: true });
    const put = await disks.put([randomBytes(100)]);
    expect(put.disk).toBe(idIn(place));
    expect(await disks.verify(put.digest)).toMatchObject({ state: 'good' });
  });

  it('go on without a disk whose identity cannot be read, and with it when it is back', async () => {
    const [one, two] = [freshFolder(), freshFolder()];
    const disks = await open(folder(one, 'one'), folder(two, 'two'));
    const put = await putMany(disks, 20);
    const gone = idIn(one);
    const identity = readFileSync(path.join(one, 'disk.json'));
    writeFileSync(path.join(one, 'disk.json'), 'garbage');
    expect((await disks.check())[0]).toMatchObject({ id: gone, state: 'lost', free: 0 });
    const there = put.filter(({ disk }) => disk !== gone);
    expect((await listed(disks)).length).toBe(there.length);
    for (const { disk } of await putMany(disks, 10)) expect(disk).toBe(idIn(two));
    writeFileSync(path.join(one, 'disk.json'), identity);
    expect((await disks.check())[0]).toMatchObject({ id: gone, state: 'in' });
    for (const { digest } of put) expect(await disks.verify(digest)).toMatchObject({ state: 'good' });
  });

  it('never write where a disk is not mounted any more, and take an empty one in its place for a new one', async () => {
    const place = smallDisk();
    if (!place) return;
    const disks = await open(folder(place));
    const id = idIn(place);
    const { digest } = await disks.put([randomBytes(1000)]);
    const aside = freshFolder();
    execFileSync('mount', ['--bind', place, aside]);
    onTestFinished(() => void execFileSync('umount', ['-l', aside]));
    execFileSync('umount', ['-l', place]);
    expect((await disks.check())[0]).toMatchObject({ id, state: 'lost' });
    expect(existsSync(path.join(place, 'disk.json'))).toBe(false);
    expect(await disks.has(digest)).toBe(false);
    await expect(disks.put([randomBytes(10)])).rejects.toMatchObject({ code: 'no-space' });
    execFileSync('mount', ['--bind', aside, place]);
    expect((await disks.check())[0]).toMatchObject({ id, state: 'in' });
    expect(await disks.verify(digest)).toMatchObject({ state: 'good' });

    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'strata-test', place]);
    try {
      writeFileSync(path.join(place, 'of somebody else'), '');
      expect((await disks.check())[0]).toMatchObject({ id, state: 'lost' });
      rmSync(path.join(place, 'of somebody else'));
      const [fresh, former] = await disks.check();
      expect([fresh?.state, former]).toMatchObject(['in', { id, state: 'lost' }]);
      expect(await disks.put([randomBytes(10)])).toMatchObject({ disk: fresh?.id });
    } finally {
      execFileSync('umount', ['-l', place]);
    }
  });

  it('use the next disk when one runs full, and refuse clearly when all have', async () => {
    const [one, two] = [smallDisk() ?? freshFolder(), freshFolder()];
    const disks = await open(folder(one, 'small', { capacityLimit: 900_000 }), folder(two, 'other'));
    const put = await putMany(disks, 12, 200_000);
    for (const { digest } of put) expect(await disks.verify(digest)).toMatchObject({ state: 'good' });
    expect(put.filter(({ disk }) => disk === idIn(one)).length).toBeLessThanOrEqual(4);

    const full = await open(folder(one, 'small', { reserve: 2 ** 60 }));
    expect(full.status()[0]).toMatchObject({ state: 'full', free: 0 });
    const refused = await full.put([randomBytes(10)]).catch((error) => error);
    expect(refused).toMatchObject({ code: 'no-space', message: expect.stringContaining('small') });
    expect(filesBelow(path.join(one, 'tmp'))).toEqual([]);
  });

  it('use the next disk when one fills behind their back, and the first again when there is room', async () => {
    const small = smallDisk();
    if (!small) return;
    const other = freshFolder();
    const disks = await open(folder(small, 'small'), folder(other, 'other', { capacityLimit: 2 ** 21 }));
    writeFileSync(path.join(small, 'ballast'), randomBytes(900_000));
    const put = await putMany(disks, 8, 200_000);
    for (const { digest } of put) expect(await disks.verify(digest)).toMatchObject({ state: 'good' });
    expect(filesBelow(path.join(small, 'tmp'))).toEqual([]);
    const held = await disks.put([randomBytes(200_000)]);
    expect(held.disk).toBe(idIn(other));
    await expect(disks.put([randomBytes(600_000)])).rejects.toMatchObject({ code: 'no-space' });
    rmSync(path.join(small, 'ballast'));
    expect((await disks.put([randomBytes(600_000)])).disk).toBe(idIn(small));
  });

  it('count what is there against the limit of a disk', async () => {
    const place = freshFolder();
    const disks = await open(folder(place, 'limited', { capacityLimit: 10_000 }));
    expect(disks.status()[0]).toMatchObject({ capacity: 10_000, free: 10_000 });
    const { digest } = await disks.put([randomBytes(6000)]);
    expect(disks.status()[0]).toMatchObject({ free: 4000 });
    await expect(disks.put([randomBytes(6000)])).rejects.toMatchObject({ code: 'no-space' });
    expect(await disks.delete(digest)).toBe(true);
    await disks.put([randomBytes(6000)]);
  });

  it('replace a damaged copy on its disk', async () => {
    const [one, two] = [freshFolder(), freshFolder()];
    const disks = await open(folder(one), folder(two));
    const bytes = randomBytes(5000);
    const { digest, disk } = await disks.put([bytes]);
    const place = disk === idIn(one) ? one : two;
    writeFileSync(pathOf(place, digest), randomBytes(5000));
    expect(await disks.verify(digest)).toMatchObject({ state: 'corrupt' });
    expect(await disks.put([bytes])).toMatchObject({ existed: false, disk });
    expect(await disks.verify(digest)).toMatchObject({ state: 'good' });
  });

  it('keep a blob that comes in pieces only when it is what its name says', async () => {
    const place = freshFolder();
    const disks = await open(folder(place));
    const bytes = randomBytes(3_000_000);
    const small = randomBytes(50_000);
    const pieces = (given: Uint8Array) =>
      Readable.from(
        Array.from({ length: Math.ceil(given.length / 7000) }, (_, n) =>
          given.subarray(n * 7000, n * 7000 + 7000),
        ),
      );
    const name = await (await BlobStore.open(freshFolder())).put([bytes]);
    const wrong = Buffer.from(bytes);
    wrong[2_000_000] = (wrong[2_000_000] ?? 0) ^ 1;
    for (const bad of [wrong, bytes.subarray(1), Buffer.concat([bytes, bytes])])
      await expect(disks.putStream(name, pieces(bad))).rejects.toMatchObject({ code: 'corrupt' });
    const broken = async function* () {
      yield bytes.subarray(0, 100);
      throw new Error('the peer is gone');
    };
    await expect(disks.putStream(name, broken())).rejects.toThrow('the peer is gone');
    expect(filesBelow(path.join(place, 'tmp'))).toEqual([]);
    expect(await disks.has(name.digest)).toBe(false);
    expect(await disks.putStream(name, pieces(bytes))).toMatchObject({ existed: false, length: 3_000_000 });
    expect(await disks.verify(name.digest)).toMatchObject({ state: 'good' });
    expect(await disks.putStream(name, broken())).toMatchObject({ existed: true });
    // A short one takes another way to the disk.
    const short = await (await BlobStore.open(freshFolder())).put([small]);
    for (const bad of [randomBytes(50_000), small.subarray(1), Buffer.concat([small, small])])
      await expect(disks.putStream(short, pieces(bad))).rejects.toMatchObject({ code: 'corrupt' });
    await expect(disks.putStream(short, broken())).rejects.toThrow('the peer is gone');
    expect(await disks.putStream(short, pieces(small))).toMatchObject({ existed: false, length: 50_000 });
    expect(await disks.putStream(short, broken())).toMatchObject({ existed: true });
    expect(await disks.verify(short.digest)).toMatchObject({ state: 'good' });
    expect(filesBelow(path.join(place, 'tmp'))).toEqual([]);
  });

  it('remove no blob that was put since it was decided, and keep one that is put meanwhile', async () => {
    const disks = await open(folder(freshFolder()));
    const bytes = randomBytes(1000);
    const { digest } = await disks.put([bytes]);
    expect(await disks.delete(digest, { unlessTouchedSince: Date.now() - 60_000 })).toBe(false);
    const decided = Date.now() + 60_000;
    expect(await disks.delete(digest, { unlessTouchedSince: decided })).toBe(true);
    for (let time = 0; time < 50; time++) {
      await disks.put([bytes]);
      const removing = disks.delete(digest);
      const put = await disks.put([bytes]);
      await removing;
      expect(await disks.verify(put.digest)).toMatchObject({ state: 'good' });
    }
  });

  it('end with one copy when a blob is put on several disks at once', async () => {
    const places = [freshFolder(), freshFolder(), freshFolder()];
    const disks = await open(...places.map((place) => folder(place)));
    for (let time = 0; time < 10; time++) {
      const bytes = randomBytes(1000);
      const put = await Promise.all(places.map((place) => disks.put([bytes], { disk: idIn(place) })));
      const where = await disks.diskOf(put[0]?.digest ?? '');
      expect(put.map((each) => each.disk)).toContain(where);
      expect(await disks.verify(put[0]?.digest ?? '')).toMatchObject({ state: 'good' });
    }
    expect(await listed(disks)).toHaveLength(10);
  });

  it('take a disk that is not mounted at the start for lost, not for an empty one, and find it when it comes back', async () => {
    const place = smallDisk();
    if (!place) return;
    const [other, memory] = [freshFolder(), path.join(freshFolder(), 'disks.json')];
    const folders = [folder(other, 'other'), folder(place, 'mounted')];
    const first = await Disks.open(folders, memory);
    const id = idIn(place);
    const put = await first.put([randomBytes(1000)], { disk: id });
    first.close();
    const aside = freshFolder();
    execFileSync('mount', ['--bind', place, aside]);
    onTestFinished(() => void execFileSync('umount', ['-l', aside]));
    execFileSync('umount', ['-l', place]);
    const disks = await Disks.open(folders, memory);
    onTestFinished(() => disks.close());
    try {
      expect(disks.status()[1]).toMatchObject({
        id,
        state: 'lost',
        reason: expect.stringContaining('not mounted'),
      });
      expect(existsSync(path.join(place, 'disk.json'))).toBe(false);
      expect((await disks.put([randomBytes(10)])).disk).toBe(idIn(other));
      expect((await disks.check())[1]).toMatchObject({ id, state: 'lost' });
    } finally {
      execFileSync('mount', ['--bind', aside, place]);
    }
    expect((await disks.check())[1]).toMatchObject({ id, state: 'in' });
    expect(await disks.verify(put.digest)).toMatchObject({ state: 'good' });
  });

  it('remember a disk that was emptied while nobody looked', async () => {
    const [place, memory] = [freshFolder(), path.join(freshFolder(), 'disks.json')];
    (await Disks.open([folder(place)], memory)).close();
    const before = idIn(place);
    rmSync(place, { recursive: true });
    const disks = await Disks.open([folder(place)], memory);
    onTestFinished(() => disks.close());
    expect(disks.status().map(({ id, state }) => [id, state])).toEqual([
      [idIn(place), 'in'],
      [before, 'lost'],
    ]);
  });

  it('start without one that cannot be used, but not without any, nor with the same one twice', async () => {
    const [good, copy] = [freshFolder(), freshFolder()];
    const file = path.join(freshFolder(), 'file');
    writeFileSync(file, 'no folder');
    const disks = await open(folder(file, 'broken'), folder(good, 'good'));
    expect(disks.status().map(({ name, state }) => [name, state])).toEqual([['good', 'in']]);
    expect((await disks.put([randomBytes(10)])).disk).toBe(idIn(good));
    await expect(Disks.open([folder(file)])).rejects.toMatchObject({ name: 'StoreError' });
    writeFileSync(path.join(copy, 'disk.json'), readFileSync(path.join(good, 'disk.json')));
    await expect(Disks.open([folder(good), folder(copy)])).rejects.toMatchObject({ code: 'io' });
  });

  it('leave the ids of two disks apart when a disk takes the place of another', async () => {
    const [one, other] = [freshFolder(), freshFolder()];
    const disks = await open(folder(one));
    const { digest } = await (await open(folder(other))).put([randomBytes(10)]);
    const [before, after] = [idIn(one), idIn(other)];
    renameSync(one, `${one}-old`);
    onTestFinished(() => rmSync(`${one}-old`, { recursive: true, force: true }));
    renameSync(other, one);
    const states = (await disks.check()).map(({ id, state }) => [id, state]);
    expect(states).toEqual([
      [after, 'in'],
      [before, 'lost'],
    ]);
    expect(await disks.has(digest)).toBe(true);
  });
});
