// The small values that many messages share: UIDs, digests, texts, counts.
import { integer, pattern, text } from './checks.ts';
import { MAX_FRAME, MAX_LEVEL, MAX_TEXT, MAX_UID } from './limits.ts';

/** SHA-256 of a blob, 64 lower-case hexadecimal digits. */
export const digest = pattern(/^[0-9a-f]{64}$/, 64, 'a SHA-256 in lower-case hexadecimal');
/** A DICOM UID. Files with leading zeros or stray characters exist, so only what could do harm is refused. */
export const uid = pattern(/^[0-9A-Za-z._-]+$/, MAX_UID, 'a UID');
export const words = text(MAX_TEXT);
export const u32 = integer(0, 0xffff_ffff);
export const count = integer(0, Number.MAX_SAFE_INTEGER);
export const whole = integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
export const frameIndex = integer(0, MAX_FRAME);
export const levelNumber = integer(0, MAX_LEVEL);
