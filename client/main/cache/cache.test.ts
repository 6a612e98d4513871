import { randomBytes } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { cacheKey, type KeyStore, newCacheKey } from './cache-key.ts';
import { SealedCache } from './sealed-cache.ts';

const secret = randomBytes(32);
const MIB = 2 ** 20;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'strata-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

async function opened(most = 100 * MIB, key: Uint8Array = secret): Promise<SealedCache> {
  const cache = await SealedCache.open(folder, key, most);
  onTestFinished(() => cache.close());
  return cache;
}

const files = () => globSync(path.join(folder, '*.vol')).sort();
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('the encrypted disk cache', () => {
  it('gives back what it was given, also after a restart', async () => {
    const first = await opened();
    await first.put('blob/0/1', bytesOf('level one'));
    expect(await first.get('blob/0/1')).toEqual(bytesOf('level one'));
    await first.close();
    expect(await (await opened()).get('blob/0/1')).toEqual(bytesOf('level one'));
  });

  it('shows neither keys nor contents on the disk', async () => {
    const cache = await opened();
    await cache.put('1.2.840.patient', bytesOf('DOE^JOHN'));
    const disk = Buffer.concat(files().map((file) => readFileSync(file)));
    expect(disk.includes('DOE')).toBe(false);
    expect(disk.includes('1.2.840')).toBe(false);
  });

  it('finds nothing under another key', async () => {
    await (await opened()).put('blob/0/1', bytesOf('level one'));
    expect(await (await opened(100 * MIB, randomBytes(32))).get('blob/0/1')).toBeNull();
  });

  it('finds nothing where a byte was changed', async () => {
    await (await opened()).put('blob/0/1', bytesOf('level one'));
    const [file = ''] = files();
    const bytes = readFileSync(file);
    bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const cache = await opened();
    expect(await cache.get('blob/0/1')).toBeNull();
    await cache.put('blob/0/1', bytesOf('level one')); // and it can be kept again
    expect(await cache.get('blob/0/1')).toEqual(bytesOf('level one'));
  });

  it('loses only what a crash tore, and keeps what comes after', async () => {
    const before = await opened();
    await before.put('whole', bytesOf('whole'));
    await before.put('torn', new Uint8Array(1000));
    truncateSync(files()[0] ?? '', before.bytes - 10);
    const after = await opened();
    expect(await after.get('torn')).toBeNull();
    await after.put('later', bytesOf('later'));
    const again = await opened();
    expect([await again.get('whole'), await again.get('later')]).toEqual([
      bytesOf('whole'),
      bytesOf('later'),
    ]);
  });

  it('stays within its bound and keeps what is used', async () => {
    const cache = await opened(4 * MIB);
    await cache.put('used', randomBytes(1000));
    for (let index = 0; index < 400; index++) {
      await cache.put(`level ${index}`, randomBytes(32_768));
      expect(cache.bytes).toBeLessThan(4 * MIB + 65_536);
      if (index % 10 === 0) expect(await cache.get('used')).not.toBeNull();
    }
    expect(await cache.get('level 0')).toBeNull();
    expect(await cache.get('level 399')).not.toBeNull();
  });

  it('holds nothing once it was wiped', async () => {
    const cache = await opened();
    await cache.put('blob/0/1', bytesOf('level one'));
    await cache.wipe();
    expect(files()).toEqual([]);
    expect(await cache.get('blob/0/1')).toBeNull();
    await cache.put('blob/0/2', bytesOf('again'));
    expect(await cache.get('blob/0/2')).toEqual(bytesOf('again'));
  });

  it('takes many at once', async () => {
    const cache = await opened();
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => cache.put(`${index}`, bytesOf(`value ${index}`))),
    );
    const found = await Promise.all(Array.from({ length: 200 }, (_, index) => cache.get(`${index}`)));
    expect(found).toEqual(Array.from({ length: 200 }, (_, index) => bytesOf(`value ${index}`)));
  });
});

describe('the key of the cache', () => {
  const sealing: KeyStore = {
    isEncryptionAvailable: () => true,
    encryptString: (text) => Buffer.from(text).reverse(),
    decryptString: (sealed) => Buffer.from(sealed).reverse().toString(),
  };

  it('is the same at the next start, and another after sign-out', async () => {
    const file = path.join(folder, 'cache.key');
    const { secret: first, isNew } = await cacheKey(file, sealing);
    expect(isNew).toBe(true);
    expect(await cacheKey(file, sealing)).toEqual({ secret: first, isNew: false });
    await newCacheKey(file, sealing);
    const after = await cacheKey(file, sealing);
    expect(after.isNew).toBe(false);
    expect(after.secret).not.toEqual(first);
  });

  it('is never written where the system has no key store', async () => {
    const file = path.join(folder, 'cache.key');
    const none = { ...sealing, isEncryptionAvailable: () => false };
    const first = await cacheKey(file, none);
    expect([first.isNew, globSync(file)]).toEqual([true, []]);
    expect((await cacheKey(file, none)).secret).not.toEqual(first.secret);
  });
});
