// Zstandard, by zstd-napi where it could be built and by Node's own otherwise: the frames are the same.
import { createRequire } from 'node:module';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

type Compress = (bytes: Uint8Array, level: number) => Uint8Array;

const nodeCompress: Compress = (bytes, level) =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } });

const compressWith = loadCompress();

function loadCompress(): Compress {
  try {
    const napi = createRequire(import.meta.url)('zstd-napi') as typeof import('zstd-napi');
    return (bytes, level) => napi.compress(bytes, { compressionLevel: level });
  } catch {
    return nodeCompress;
  }
}

/** Small things are worth the effort of a high level; large ones keep the pace of an import. */
export function compress(bytes: Uint8Array): Uint8Array {
  return compressWith(bytes, bytes.length <= 2 ** 18 ? 9 : 3);
}

/**
 * Decompresses what `compress` made. Memory grows with what really comes out, up to `length`.
 * @throws Error of zlib when the bytes are damaged or there is more than `length`
 */
export function decompress(bytes: Uint8Array, length: number): Uint8Array {
  const chunkSize = Math.min(Math.max(length, 64), 2 ** 20);
  return zstdDecompressSync(bytes, { maxOutputLength: Math.max(length, 1), chunkSize });
}
