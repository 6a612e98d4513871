// The key of the disk cache, guarded by the system's key store.
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';

const KEY_BYTES = 32;

/** The system's key store, as Electron's `safeStorage` gives it. */
export interface KeyStore {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(sealed: Buffer): string;
}

/**
 * The key of the file, or a new one. Where the system has no key store the key lives in memory only, and what was kept
 * before is of no use: the caller finds a new key each time.
 * @returns whether the key is another than last time, so that what was kept is to be wiped
 */
export async function cacheKey(
  file: string,
  store: KeyStore,
): Promise<{ readonly secret: Uint8Array; readonly isNew: boolean }> {
  if (!store.isEncryptionAvailable()) {
    await rm(file, { force: true });
    return { secret: randomBytes(KEY_BYTES), isNew: true };
  }
  try {
    const secret = Buffer.from(store.decryptString(await readFile(file)), 'base64');
    if (secret.length === KEY_BYTES) return { secret, isNew: false };
  } catch {
    // none yet, or sealed by another user's key store
  }
  return { secret: await newCacheKey(file, store), isNew: true };
}

/** Makes a new key in the place of the old one, with which all that was kept is lost. */
export async function newCacheKey(file: string, store: KeyStore): Promise<Uint8Array> {
  const secret = randomBytes(KEY_BYTES);
  await rm(file, { force: true });
  if (store.isEncryptionAvailable()) {
    await writeFile(file, store.encryptString(secret.toString('base64')), { mode: 0o600 });
  }
  return secret;
}
