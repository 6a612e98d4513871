// Names, identifiers, UIDs and numbers of days that always come out the same for the same secret, and tell nothing without it.
import { createHmac } from 'node:crypto';

/** Crockford's alphabet: no letter is taken for another. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Letters of a code: 80 bits, so that two of a billion patients do not meet. */
const CODE_LETTERS = 16;
/** The longest way that dates are moved: ten years. */
const MOST_DAYS = 3652;

/** 32 random bytes or more: whoever has it can tell whose object it is by trying names. */
export type Secret = Uint8Array;

export class Pseudonyms {
  readonly #secret: Secret;
  readonly #uids = new Map<string, string>();

  /** @throws RangeError for a secret shorter than 16 bytes */
  constructor(secret: Secret) {
    if (secret.length < 16) throw new RangeError('the secret of a de-identification has at least 16 bytes');
    this.#secret = secret;
  }

  /** A code of 16 letters and digits. @param kind what the text is: the same text as another kind gets another code */
  code(kind: string, text: string): string {
    const digest = this.#digest(kind, text);
    let code = '';
    let bits = 0;
    let held = 0;
    for (let at = 0; code.length < CODE_LETTERS; at++) {
      held = ((held << 8) | (digest[at] ?? 0)) & 0xffff;
      bits += 8;
      while (bits >= 5 && code.length < CODE_LETTERS) {
        bits -= 5;
        code += LETTERS[(held >>> bits) & 31];
      }
    }
    return code;
  }

  /** A UID under 2.25 in the place of another (PS3.5 annex B.2); of the form of a UUID of version 8 (RFC 9562). */
  uid(original: string): string {
    const known = this.#uids.get(original);
    if (known) return known;
    const bytes = this.#digest('uid', original).subarray(0, 16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const uid = `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
    this.#uids.set(original, uid);
    return uid;
  }

  /** By how many days a patient's dates are moved into the past: 1 to 3652. */
  days(patient: string): number {
    return 1 + (this.#digest('days', patient).readUInt32BE(0) % MOST_DAYS);
  }

  #digest(kind: string, text: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${kind}\0${text}`, 'utf8').digest();
  }
}

/** What the standard defines: SOP classes, transfer syntaxes, well-known instances. They name nobody. */
export function isStandardUid(uid: string): boolean {
  return uid.startsWith('1.2.840.10008.');
}
