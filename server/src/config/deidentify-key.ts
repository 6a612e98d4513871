// The file with the key of the pseudonyms, for its owner's eyes only.
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from './data-folder.ts';
import { StartError, systemCode } from './start-error.ts';

const BYTES = 32;
/** Shorter ones could be guessed; longer ones are no keys. */
const FEWEST_HEX = 32;
const MAX_FILE_BYTES = 4096;

/** Whoever has this file can tell whose an object is; without it no object gets the same pseudonyms again. */
export function deidentifyKeyFile(dataFolder: string): string {
  return path.join(dataFolder, 'deidentify-key');
}

/**
 * The key of a file: hexadecimal digits, 32 or more.
 * @throws StartError 'bad-key' that names the file and says what to do, also when there is none
 */
export async function readDeidentifyKey(file: string): Promise<Uint8Array> {
  const key = await findDeidentifyKey(file);
  if (key === null) throw new StartError('bad-key', `There is no key file ${file}.`);
  return key;
}

/** The same, or null when there is no such file. @throws StartError 'bad-key' */
export async function findDeidentifyKey(file: string): Promise<Uint8Array | null> {
  const text = await readKeyText(file);
  if (text === null) return null;
  const hex = text.trim();
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex) || hex.length < FEWEST_HEX) {
    throw new StartError(
      'bad-key',
      `${file} is no key: it has to hold ${FEWEST_HEX} or more hexadecimal digits, and nothing else. Put it back from a backup: another key gives other pseudonyms.`,
    );
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function newDeidentifyKey(): Uint8Array {
  return new Uint8Array(randomBytes(BYTES));
}

/** Writes the key with mode 0600; it is on disk when this returns. */
export async function writeDeidentifyKey(file: string, key: Uint8Array): Promise<void> {
  await writeDurably(file, `${Buffer.from(key).toString('hex')}\n`);
}

async function readKeyText(file: string): Promise<string | null> {
  try {
    const { mode, size } = await stat(file);
    if (size > MAX_FILE_BYTES) throw new StartError('bad-key', `${file} is too large to be a key.`);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new StartError(
        'bad-key',
        `Others may read the key ${file}: it would tell them whose objects are whose. Take their rights away: chmod 600 ${file}`,
      );
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof StartError) throw error;
    if (systemCode(error) === 'ENOENT') return null;
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError('bad-key', `The key ${file} cannot be read: ${why}.`, error);
  }
}
