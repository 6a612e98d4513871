// The key of the pseudonyms, which all servers of a pool share: one patient has one pseudonym, whichever server makes it.
import type { Pool } from '@strata/metadata/pool/pool';
import { findDeidentifyKey, newDeidentifyKey, writeDeidentifyKey } from '../config/deidentify-key.ts';
import { StartError } from '../config/start-error.ts';

const NAME = 'deidentify';

export class SharedKey {
  readonly #file: string;
  readonly #pool: Pick<Pool, 'secret'>;

  /** @param file of this server's data folder, which has the key too: the commands on it read it there */
  constructor(file: string, pool: Pick<Pool, 'secret'>) {
    this.#file = file;
    this.#pool = pool;
  }

  /**
   * The key of the pool, which is in the file when this returns. Where the pool has none, this server's own becomes the
   * pool's, or a new one. Throws StartError 'bad-key' when this server has another one of its own, MetadataError.
   */
  async read(): Promise<Uint8Array> {
    const own = await findDeidentifyKey(this.#file);
    const key = bytesOf(await this.#pool.secret(NAME, hexOf(own ?? newDeidentifyKey())));
    if (own === null) await writeDeidentifyKey(this.#file, key);
    else if (hexOf(own) !== hexOf(key)) throw this.#other();
    return key;
  }

  /** Lets the pool have this server's own key, if there is one and the pool has none. @throws as `read` */
  async offer(): Promise<void> {
    const own = await findDeidentifyKey(this.#file);
    if (own === null) return;
    if ((await this.#pool.secret(NAME, hexOf(own))) !== hexOf(own)) throw this.#other();
  }

  #other(): StartError {
    return new StartError(
      'bad-key',
      `The key of the pseudonyms in ${this.#file} is not the one that the servers of this pool share: a patient would have another pseudonym here. Move the file away and start again, and this server takes the shared key. Keep the file: with --key-file, strata export --deidentify gives the pseudonyms that were made with it.`,
    );
  }
}

function hexOf(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}

function bytesOf(hex: string | null): Uint8Array {
  return new Uint8Array(Buffer.from(hex ?? '', 'hex'));
}
