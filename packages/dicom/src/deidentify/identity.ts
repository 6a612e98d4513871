// The words by which an object's patient could be known, wherever else in the object they are repeated: in a description,
// a comment, a label that the profile does not list.
import { type TextDecoding, textDecoding } from '../charset.ts';
import type { DataSet } from '../data-set.ts';
import { itemsOf } from '../items.ts';
import { effectiveVr } from '../json/effective-vr.ts';
import { elementBytes } from '../json/read-value.ts';
import { MAX_DEPTH } from '../limits.ts';
import { Tag } from '../tags.ts';
import type { DeidentifyOptions } from './options.ts';
import { profileAction } from './profile.ts';
import { isStandardUid } from './pseudonyms.ts';

/** Identifiers of people, requests and places, which are looked for as a whole. */
const identifiers: ReadonlySet<number> = new Set([
  Tag.PatientID,
  Tag.AccessionNumber,
  0x00101000, // OtherPatientIDs
  0x00101001, // OtherPatientNames
  0x00101005, // PatientBirthName
  0x00101060, // PatientMotherBirthName
  0x00080080, // InstitutionName
  0x00380010, // AdmissionID
]);

/** Shorter ones stand for something else too often. */
const SHORTEST_NAME = 3;
const SHORTEST_IDENTIFIER = 4;
/** Longer values are no names and no identifiers. */
const LONGEST = 1024;
/** Each is looked for in each text; no object has so many. */
const MAX_IDENTIFIERS = 1000;

export class Identity {
  readonly #names = new Set<string>();
  readonly #identifiers = new Set<string>();
  readonly #dates = new Set<string>();
  readonly #uids = new Set<string>();

  /** Reads a whole data set, also what will be removed from it. */
  static of(set: DataSet, options: DeidentifyOptions): Identity {
    const identity = new Identity();
    identity.#read(set, options, textDecoding(['']), 0);
    return identity;
  }

  /** Whether a text repeats a name, an identifier or a date. */
  isIn(text: string): boolean {
    const upper = text.toUpperCase();
    for (const word of upper.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
      if (this.#names.has(word) || this.#hasDate(word)) return true;
    }
    for (const date of upper.match(/\d{1,4}[-./]\d{1,2}[-./]\d{1,4}/g) ?? []) {
      if (datesIn(date).some((one) => this.#dates.has(one))) return true;
    }
    for (const identifier of this.#identifiers) {
      for (let at = upper.indexOf(identifier); at >= 0; at = upper.indexOf(identifier, at + 1)) {
        if (!isLetter(upper[at - 1]) && !isLetter(upper[at + identifier.length])) return true;
      }
    }
    return false;
  }

  /** Whether a text is one of the identifiers and nothing else. */
  isIdentifier(text: string): boolean {
    return this.#identifiers.has(text.trim().toUpperCase());
  }

  /** The text with the object's UIDs replaced. */
  withoutUids(text: string, replace: (uid: string) => string): string {
    return text.replace(/\d+(?:\.\d+)+/g, (uid) => (this.#uids.has(uid) ? replace(uid) : uid));
  }

  /** Also a date with a time behind it, or with something before it. */
  #hasDate(word: string): boolean {
    if (this.#dates.size === 0 || !/\d{8}/.test(word)) return false;
    for (let at = 0; at + 8 <= word.length; at++) if (this.#dates.has(word.slice(at, at + 8))) return true;
    return false;
  }

  #read(set: DataSet, options: DeidentifyOptions, above: TextDecoding, depth: number): void {
    const terms = set.elements.get(Tag.SpecificCharacterSet);
    const decode = terms ? textDecoding(latin(elementBytes(set, terms)).split('\\')) : above;
    for (const element of set.elements.values()) {
      const vr = effectiveVr(element, 'US');
      if (vr === 'SQ') {
        if (depth >= MAX_DEPTH) continue;
        for (const item of itemsOf(set, element)) this.#read(item, options, decode, depth + 1);
      } else if (element.length > 0 && element.length <= LONGEST && element.lengthIs === 'defined') {
        this.#add(element.tag, vr, decode(elementBytes(set, element)), options);
      }
    }
  }

  #add(tag: number, vr: string, text: string, options: DeidentifyOptions): void {
    const action = profileAction(tag, options);
    if (action?.by === 'option' && action.how === 'keep') return;
    const values = text.split('\\').map((value) => value.replaceAll('\0', '').trim());
    for (const value of values) {
      if (vr === 'PN') this.#addName(value);
      else if (vr === 'DA' || vr === 'DT') this.#addDate(value, options);
      else if (vr === 'UI' && action?.by === 'profile' && !isStandardUid(value)) this.#uids.add(value);
      if (this.#identifiers.size >= MAX_IDENTIFIERS) continue;
      if (identifiers.has(tag) && value.length >= SHORTEST_IDENTIFIER)
        this.#identifiers.add(value.toUpperCase());
    }
  }

  #addName(name: string): void {
    for (const word of name.toUpperCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
      if (word.length >= SHORTEST_NAME && !/^\d{1,3}$/.test(word)) this.#names.add(word);
    }
  }

  #addDate(value: string, { retainDates }: DeidentifyOptions): void {
    const digits = value.replaceAll('.', '').slice(0, 8);
    if (retainDates !== 'full' && /^(1[6-9]|2\d)\d{6}$/.test(digits)) this.#dates.add(digits);
  }
}

/** A date with points, strokes or dashes, as the dates that it may be, YYYYMMDD. */
function datesIn(text: string): string[] {
  const [a = '', b = '', c = ''] = text.split(/[-./]/);
  const two = (part: string) => part.padStart(2, '0');
  if (a.length === 4) return [a + two(b) + two(c)];
  return c.length === 4 ? [c + two(b) + two(a), c + two(a) + two(b)] : [];
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, LONGEST));
}
