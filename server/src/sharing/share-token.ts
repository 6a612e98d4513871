// What a share link says: 256 random bits. Who reads the database learns its hash only.
import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits in base64url (RFC 4648 section 5), 43 characters. */
export function newToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** SHA-256 of a token, 32 bytes; null for what is none. Random bits need no salt. */
export function hashOfToken(token: string): Buffer | null {
  return TOKEN.test(token) ? createHash('sha256').update(token).digest() : null;
}

/** The token of an Authorization header (RFC 6750 section 2.1); null when it has none, '' when it is another kind. */
export function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
}
