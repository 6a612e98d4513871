// The certificates of the wire: each server shows its own and believes those of one authority.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../../config/start-error.ts';

/** PEM texts: the own certificate with its chain, its key, the authorities of the others. */
export interface Pem {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** Reads the files; relative paths start from `folder`. @throws StartError 'bad-settings' that names the file */
export async function readPem(files: Pem, folder: string): Promise<Pem> {
  const read = async (file: string) => {
    try {
      return await readFile(path.resolve(folder, file), 'utf8');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError('bad-settings', `The file of pool.tls cannot be read: ${why}.`, error);
    }
  };
  const [certificate, key, authority] = await Promise.all([
    read(files.certificate),
    read(files.key),
    read(files.authority),
  ]);
  return { certificate, key, authority };
}
