// Where the gateway puts blobs and gets them back: one disk, or the whole pool.
import type { Place } from '@strata/metadata/pool/model';
import type { BlobName } from '@strata/store/blob-names';
import type { BlobCheck, ListedBlob, StoredBlob } from '@strata/store/blob-store';

/** A blob that is durable; `replicas` and `settle` are committed with the instance that needs it. */
export interface HomedBlob extends StoredBlob {
  readonly replicas?: readonly Place[];
  readonly settle?: boolean;
}

/** Every method throws StoreError; see PoolStore and BlobStore. */
export interface BlobHome {
  /** @param name of the parts, where the caller has computed it */
  put(parts: readonly Uint8Array[], name?: BlobName): Promise<HomedBlob>;
  get(digest: string): Promise<Uint8Array>;
  read(digest: string, offset: number, length: number): Promise<Uint8Array>;
  size(digest: string): Promise<number | null>;
  verify(digest: string): Promise<BlobCheck>;
  delete(digest: string): Promise<boolean>;
  list(): AsyncGenerator<ListedBlob>;
  /** Bytes of the blob were found wrong: what is here is proven and mended. Absent where there is nothing to mend it from. */
  suspect?(digest: string, why: string): Promise<'good' | 'repaired' | 'elsewhere' | 'bad'>;
}
