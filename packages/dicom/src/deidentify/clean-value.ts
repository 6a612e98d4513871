// What becomes of one attribute: the actions of PS3.15 table E.1-1a and of the options, on a value.
import type { TextDecoding } from '../charset.ts';
import { Tag } from '../tags.ts';
import { asciiBytes, dummyDocument, dummyValue, textVrs } from './dummies.ts';
import type { Identity } from './identity.ts';
import type { DeidentifyOptions } from './options.ts';
import type { OutElement } from './out-element.ts';
import type { PatientPseudonym } from './patient.ts';
import { type Action, type BasicAction, basicAction, profileAction } from './profile.ts';
import { isStandardUid, type Pseudonyms } from './pseudonyms.ts';
import type { Outcome, Tally, Why } from './report.ts';
import { namesAKind } from './safe-uids.ts';
import { safeWords } from './safe-words.ts';
import { shiftDate } from './shift-dates.ts';

/** What one de-identification knows. */
export interface Cleaning {
  readonly options: DeidentifyOptions;
  readonly pseudonyms: Pseudonyms;
  readonly patient: PatientPseudonym;
  readonly identity: Identity;
  readonly tally: Tally;
  /** Whether the object is a structured report or another document of content items. */
  readonly isReport: boolean;
}

/** An attribute as it is in the source. */
export interface Found {
  readonly tag: number;
  readonly vr: string;
  readonly isPrivate: boolean;
  /** Whether the standard knows the attribute. */
  readonly isKnown: boolean;
  readonly decode: TextDecoding;
  readonly length: number;
  /** The value in little endian. */
  readonly bytes: () => Uint8Array;
  /** Of an encapsulated document. */
  readonly mimeType: () => string;
}

const ENCAPSULATED_DOCUMENT = 0x00420011;
/** Of type 2 wherever it is (PS3.3 C.7.6.14). */
const ACQUISITION_CONTEXT = 0x00400555;
/** Of type 2 in documents (PS3.3 C.17.1), of type 3 in images. */
const PERFORMED_STEP = 0x00081111;
const CODING_SCHEME = 0x00080102;
/** Values of numbers as text: nothing that could be a name, and often like an identifier or a date. */
const numerals: ReadonlySet<string> = new Set(['IS', 'DS', 'TM', 'AS']);

/**
 * What becomes of a sequence.
 * @returns null when it goes, 'empty' when it stays without items, or how its items are to be taken
 */
export function keptValue(found: Found, cleaning: Cleaning, mode: 'profile' | 'dummies') {
  const { tag, isKnown, length } = found;
  const action = profileAction(tag, cleaning.options);
  if (action?.by === 'option') return 'profile';
  const basic = action?.basic ?? (isKnown ? null : 'X');
  if (basic === null) return mode;
  // In the place of a reference by UID stands another one, so that objects still find each other.
  if (basic === 'X/Z/U*') return 'profile';
  if (length === 0 && basic !== 'X') return 'empty';
  if (basic === 'D') {
    cleaning.tally.add(tag, 'replaced');
    return 'dummies';
  }
  // A sequence without items is only valid where its type is 2.
  const stays = basic === 'Z' || tag === ACQUISITION_CONTEXT || (tag === PERFORMED_STEP && cleaning.isReport);
  cleaning.tally.add(tag, stays ? 'emptied' : 'removed', action ? undefined : 'unknown');
  return stays ? 'empty' : null;
}

/** What becomes of a value; null when it goes. */
export function cleanValue(found: Found, cleaning: Cleaning, mode: 'profile' | 'dummies'): OutElement | null {
  const { tag, isKnown } = found;
  const action = profileAction(tag, cleaning.options);
  const value = new Value(found, cleaning);
  if (action) return listed(action, value, found);
  if (!isKnown) return value.removed('unknown');
  if (mode === 'dummies' && found.vr !== 'CS' && found.vr !== 'UI') return value.inDummy();
  return notListed(value, found, cleaning.options);
}

function listed(action: Action, value: Value, { tag, vr }: Found): OutElement | null {
  if (action.by === 'profile') return value.basic(action.basic);
  const basic = basicAction(tag);
  switch (action.how) {
    case 'keep':
      return value.kept('kept');
    case 'shift':
      if (vr === 'DA' || vr === 'DT') return value.shifted() ?? value.basic(basic);
      // The time of day is not changed by moving whole days.
      return vr === 'TM' || vr === 'SH' ? value.kept('kept') : value.basic(basic);
    case 'clean-text':
      return textVrs.has(vr) ? (value.cleanedText() ?? value.basic(basic)) : value.basic(basic);
    case 'pseudonym':
      return vr === 'AE' ? value.title() : value.basic(basic);
  }
}

/** Representations that could only be identifying are not left alone although the table has not got the attribute. */
function notListed(value: Value, { tag, vr }: Found, options: DeidentifyOptions): OutElement | null {
  if (vr === 'PN') return value.emptied('not-listed');
  if (vr === 'DA' || vr === 'DT' || vr === 'TM') {
    if (options.retainDates === 'none') return value.removed('not-listed');
    if (options.retainDates === 'modified' && vr !== 'TM')
      return value.shifted() ?? value.removed('not-listed');
  }
  if (vr === 'UI' && !namesAKind(tag) && !options.retainUids) return value.otherUids();
  return value.kept(null);
}

/** One value and what can be made of it. */
class Value {
  readonly #found: Found;
  readonly #cleaning: Cleaning;

  constructor(found: Found, cleaning: Cleaning) {
    this.#found = found;
    this.#cleaning = cleaning;
  }

  /** The actions of the basic profile; what is empty stays so where it may be. */
  basic(basic: BasicAction): OutElement | null {
    const { tag, vr, length } = this.#found;
    if (basic === 'X') return this.removed();
    const pseudonym = this.#pseudonym();
    if (pseudonym !== null) return this.#made(asciiBytes(pseudonym), 'replaced');
    if (length === 0) return this.#element(new Uint8Array(0));
    if (vr === 'UI') return this.otherUids();
    if (basic === 'Z' || basic === 'X/Z') return this.emptied();
    if (tag === ENCAPSULATED_DOCUMENT) {
      return this.#made(dummyDocument(this.#found.mimeType().replaceAll('\0', '').trim()), 'replaced');
    }
    return this.#made(dummyValue(vr, length), 'replaced');
  }

  removed(why?: Why): null {
    this.#cleaning.tally.add(this.#found.tag, 'removed', why);
    return null;
  }

  emptied(why?: Why): OutElement {
    if (this.#found.length > 0) this.#cleaning.tally.add(this.#found.tag, 'emptied', why);
    return this.#element(new Uint8Array(0));
  }

  /** As it is, unless it repeats what must not be known. @param outcome null for what nobody had to decide about */
  kept(outcome: Outcome | null): OutElement {
    const { tag, vr, length } = this.#found;
    const { identity, tally, pseudonyms, options } = this.#cleaning;
    if (textVrs.has(vr) && !numerals.has(vr) && vr !== 'UI' && tag !== CODING_SCHEME && length > 0) {
      const text = this.#text();
      const repeats =
        vr === 'CS' ? identity.isIdentifier(text) : vr !== 'DA' && vr !== 'DT' && identity.isIn(text);
      if (repeats) return this.#made(dummyValue(vr, length), 'replaced', 'repeats-identity');
      const other = options.retainUids ? text : identity.withoutUids(text, (uid) => pseudonyms.uid(uid));
      if (other !== text) {
        // In another character set it would have to be written as it was read.
        const plain = /^[\x20-\x7e\r\n\t\f]*$/.test(other);
        return this.#made(plain ? asciiBytes(other) : dummyValue(vr, length), 'replaced', 'repeats-identity');
      }
    }
    if (outcome && length > 0) tally.add(tag, outcome);
    return this.#element(this.#found.bytes());
  }

  /** @returns null when one of the values is no date */
  shifted(): OutElement | null {
    if (this.#found.length === 0) return this.#element(new Uint8Array(0));
    const { days } = this.#cleaning.patient;
    const dates = this.#text()
      .split('\\')
      .map((date) => (date.trim() === '' ? '' : shiftDate(date, days)));
    return dates.includes(null) ? null : this.#made(asciiBytes(dates.join('\\')), 'shifted');
  }

  /** @returns null when nothing of the text is safe */
  cleanedText(): OutElement | null {
    const { identity } = this.#cleaning;
    const words = safeWords(this.#text(), (word) => identity.isIn(word));
    return words === '' ? null : this.#made(asciiBytes(words), 'cleaned');
  }

  title(): OutElement {
    if (this.#found.length === 0) return this.#element(new Uint8Array(0));
    const { pseudonyms } = this.#cleaning;
    const titles = this.#text().split('\\');
    const others = titles.map((title) => `AE${pseudonyms.code('ae', title.trim()).slice(0, 12)}`);
    return this.#made(asciiBytes(others.join('\\')), 'replaced');
  }

  otherUids(): OutElement {
    const { pseudonyms } = this.#cleaning;
    const text = this.#text();
    const others = text.split('\\').map((uid) => {
      const plain = uid.trim();
      return plain === '' || isStandardUid(plain) ? plain : pseudonyms.uid(plain);
    });
    const value = others.join('\\');
    return value === text
      ? this.#element(this.#found.bytes())
      : this.#made(asciiBytes(value), 'uid-replaced');
  }

  /** In a sequence that is to be a dummy: counts of points and rows stay, so that it still makes sense. */
  inDummy(): OutElement {
    const { vr, length } = this.#found;
    const counts = vr === 'US' || vr === 'SS' || vr === 'UL' || vr === 'SL' || vr === 'AT';
    return this.#element(length === 0 || counts ? this.#found.bytes() : dummyValue(vr, length));
  }

  #pseudonym(): string | null {
    const { patient, pseudonyms } = this.#cleaning;
    switch (this.#found.tag) {
      case Tag.PatientID:
        return patient.id;
      case Tag.PatientName:
        return patient.name;
      case Tag.AccessionNumber: {
        const text = this.#found.length === 0 ? '' : this.#text().trim();
        return text === '' ? '' : pseudonyms.code('accession', text);
      }
      default:
        return null;
    }
  }

  #text(): string {
    return this.#found.decode(this.#found.bytes()).replaceAll('\0', '');
  }

  #made(value: Uint8Array, outcome: Outcome, why?: Why): OutElement {
    this.#cleaning.tally.add(this.#found.tag, outcome, why);
    return this.#element(value);
  }

  #element(value: Uint8Array): OutElement {
    return { tag: this.#found.tag, vr: this.#found.vr, value };
  }
}
