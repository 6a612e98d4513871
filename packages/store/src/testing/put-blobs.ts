// A process that puts blobs until it is done or killed, for tests: `node put-blobs.ts FOLDER COUNT BYTES [UID]`.
//
// Prints a line of JSON for each blob when it is acknowledged, or for the error.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { BlobStore } from '../blob-store.ts';
import { StoreError } from '../errors.ts';

const [folder = '', count = '0', bytes = '0', uid] = process.argv.slice(2);

// Not console.log: the line must be out before the next blob, or a kill would take it along.
const tell = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);

const putAll = async (store: BlobStore) => {
  for (let blob = 0; blob < Number(count); blob++) {
    const { digest, length } = await store.put([
      randomBytes(Number(bytes) >> 1),
      randomBytes(Number(bytes) >> 1),
    ]);
    tell({ digest, length });
  }
};

try {
  if (uid) process.seteuid?.(Number(uid));
  const store = await BlobStore.open(folder);
  await Promise.all([putAll(store), putAll(store), putAll(store)]);
} catch (error) {
  if (!(error instanceof StoreError)) throw error;
  tell({ code: error.code, message: error.message });
}
