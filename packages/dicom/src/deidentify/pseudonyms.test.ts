// Pseudonyms: always the same, never the same for others, and of the form that their attributes demand.
import { expect, it } from 'vitest';
import { isStandardUid, Pseudonyms } from './pseudonyms.ts';

const secret = new Uint8Array(32).fill(1);

it('gives the same code, UID and days for the same secret, and others for another one', () => {
  const [a, b, c] = [secret, secret.slice(), new Uint8Array(32).fill(2)].map((key) => new Pseudonyms(key));
  for (const make of [
    (one?: Pseudonyms) => one?.code('patient', 'Müller'),
    (one?: Pseudonyms) => one?.uid('1.2.3'),
    (one?: Pseudonyms) => one?.days('Müller'),
  ]) {
    expect(make(a)).toBe(make(b));
    expect(make(a)).not.toBe(make(c));
  }
});

it('tells kinds of text apart', () => {
  const pseudonyms = new Pseudonyms(secret);
  expect(pseudonyms.code('patient', '1')).not.toBe(pseudonyms.code('accession', '1'));
});

it('makes valid values: UIDs of 64 digits at most, codes of 16 letters, at least a day and at most ten years', () => {
  const pseudonyms = new Pseudonyms(secret);
  const uids = new Set<string>();
  for (let index = 0; index < 5000; index++) {
    const uid = pseudonyms.uid(`1.2.${index}`);
    expect(uid).toMatch(/^2\.25\.(0|[1-9]\d{0,38})$/);
    uids.add(uid);
    expect(pseudonyms.code('patient', String(index))).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
    const days = pseudonyms.days(String(index));
    expect(days >= 1 && days <= 3652).toBe(true);
  }
  expect(uids.size).toBe(5000);
});

it('refuses a secret that can be guessed', () => {
  expect(() => new Pseudonyms(new Uint8Array(8))).toThrow(/at least 16 bytes/);
});

it('knows what the standard defines', () => {
  expect(isStandardUid('1.2.840.10008.1.2')).toBe(true);
  expect(isStandardUid('1.2.840.100080.1')).toBe(false);
});
