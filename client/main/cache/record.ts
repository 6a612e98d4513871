// One record of the disk cache: a name that tells nothing, and bytes that only the key opens.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const MAGIC = 0x5354_4331; // "STC1"
const NAME_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes of a record before its sealed content: magic, length of the content, name, initialisation vector. */
export const HEAD_BYTES = 8 + NAME_BYTES + IV_BYTES;

/** Most bytes of one value. */
export const MAX_VALUE_BYTES = 64 * 2 ** 20;

/** The name of a key's record: 32 hex digits of an HMAC-SHA-256, so that file names and contents name no patient. */
export function recordName(secret: Uint8Array, key: string): string {
  return createHmac('sha256', secret)
    .update(key)
    .digest('hex')
    .slice(0, 2 * NAME_BYTES);
}

/** Seals bytes under a name (AES-256-GCM, NIST SP 800-38D; the name is authenticated). @param secret 32 bytes */
export function sealRecord(secret: Uint8Array, name: string, bytes: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  const named = Buffer.from(name, 'hex');
  cipher.setAAD(named);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt32BE(bytes.byteLength + TAG_BYTES, 4);
  return Buffer.concat([head, named, iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** What a record's first bytes say: its name and its whole length; null when they begin no record. */
export function readHead(head: Buffer): { readonly name: string; readonly length: number } | null {
  if (head.length < HEAD_BYTES || head.readUInt32BE(0) !== MAGIC) return null;
  const sealed = head.readUInt32BE(4);
  if (sealed < TAG_BYTES || sealed > MAX_VALUE_BYTES + TAG_BYTES) return null;
  return { name: head.toString('hex', 8, 8 + NAME_BYTES), length: HEAD_BYTES + sealed };
}

/** The bytes of a whole record of this name; null when it is another's, damaged, or sealed under another key. */
export function openRecord(secret: Uint8Array, name: string, record: Buffer): Uint8Array<ArrayBuffer> | null {
  const head = readHead(record);
  if (head?.name !== name || head.length !== record.length) return null;
  const decipher = createDecipheriv('aes-256-gcm', secret, record.subarray(8 + NAME_BYTES, HEAD_BYTES));
  decipher.setAAD(record.subarray(8, 8 + NAME_BYTES));
  decipher.setAuthTag(record.subarray(record.length - TAG_BYTES));
  try {
    const opened = decipher.update(record.subarray(HEAD_BYTES, record.length - TAG_BYTES));
    return new Uint8Array(Buffer.concat([opened, decipher.final()]));
  } catch {
    return null;
  }
}
