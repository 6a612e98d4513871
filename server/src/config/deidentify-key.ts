// The key of a data folder's pseudonyms: made at first use, for its owner's eyes only.
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
 * The key of a file: hexadecimal digits, 32 or more. Where `make` allows it, a file that is not there is made with mode
 * 0600 and is on disk when this returns.
 * @throws StartError 'bad-key' that names the file and says what to do
 */
export async function readDeidentifyKey(file: string, make: 'make' | 'must-exist'): Promise<Uint8Array> {
  const text = (await readKeyText(file)) ?? (make === 'make' ? await makeKey(file) : null);
  if (text === null) throw new StartError('bad-key', `There is no key file ${file}.`);
  const hex = text.trim();
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex) || hex.length < FEWEST_HEX) {
    throw new StartError(
      'bad-key',
      `${file} is no key: it has to hold ${FEWEST_HEX} or more hexadecimal digits, and nothing else. Put it back from a backup: another key gives other pseudonyms.`,
    );
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
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

async function makeKey(file: string): Promise<string> {
  const text = `${randomBytes(BYTES).toString('hex')}\n`;
  await writeDurably(file, text);
  return text;
}
