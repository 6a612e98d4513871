// Bytes of text to a string, by the Specific Character Set (0008,0005), code extensions of ISO 2022 included.
// PS3.3 C.12.1.1.2, PS3.5 section 6.1 and annexes H to K. Nothing here throws: what cannot be decoded becomes U+FFFD.

/** Decodes one value, or several between backslashes. */
export type TextDecoding = (bytes: Uint8Array) => string;

/** Labels of the Encoding standard, which Node decodes, by the registration number in the defined term. */
const singleByte: Record<string, string> = {
  '6': 'latin1',
  '13': 'shift_jis',
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'windows-1254',
  '166': 'windows-874',
  '203': 'iso-8859-15',
};
/** Character sets of several bytes that stand alone. */
const alone: Record<string, string> = { '192': 'utf-8', GB18030: 'gb18030', GBK: 'gbk' };
/** Multi-byte sets for the upper half (G1). */
const upperMultiByte: Record<string, string> = { '149': 'euc-kr', '58': 'gbk' };

/** What an escape sequence invokes, by the characters after ESC (PS3.3 tables C.12-3 and C.12-4). */
type Designation =
  | { half: 'lower'; set: 'ascii' | 'jisx0208' | 'jisx0212' }
  | { half: 'upper'; label: string };
const lower = (set: 'ascii' | 'jisx0208' | 'jisx0212'): Designation => ({ half: 'lower', set });
const upper = (label: string): Designation => ({ half: 'upper', label });
const designations: Record<string, Designation> = {
  '(B': lower('ascii'),
  '(J': lower('ascii'),
  '$@': lower('jisx0208'),
  $B: lower('jisx0208'),
  '$(D': lower('jisx0212'),
  ')I': upper('shift_jis'),
  '$)C': upper('euc-kr'),
  '$)A': upper('gbk'),
  '-A': upper('latin1'),
  '-B': upper('iso-8859-2'),
  '-C': upper('iso-8859-3'),
  '-D': upper('iso-8859-4'),
  '-F': upper('iso-8859-7'),
  '-G': upper('iso-8859-6'),
  '-H': upper('iso-8859-8'),
  '-L': upper('iso-8859-5'),
  '-M': upper('windows-1254'),
  '-T': upper('windows-874'),
  '-b': upper('iso-8859-15'),
};

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
function decode(label: string, bytes: Uint8Array): string {
  let decoder = decoders.get(label);
  if (!decoder) {
    decoder = new TextDecoder(label, { ignoreBOM: true });
    decoders.set(label, decoder);
  }
  return decoder.decode(bytes);
}

/** 'ISO_IR 100', 'ISO-IR 100' and 'ISO 2022 IR 100' are all '100'. */
function registration(term: string): string {
  const normal = term.trim().toUpperCase().replace(/[_-]/g, ' ').replace(/ +/g, ' ');
  return normal
    .replace(/^ISO (2022 )?IR /, '')
    .replace(/^ISO (IR|2022)/, '')
    .trim();
}

/**
 * The decoding that the values of (0008,0005) ask for. Unknown terms, and no term at all, mean Latin-1, except that
 * text that was never declared but is valid UTF-8 is read as such.
 */
export function textDecoding(terms: readonly string[]): TextDecoding {
  const sets = terms.map(registration);
  const first = sets[0] ?? '';
  const standalone = alone[first];
  if (standalone) return (bytes) => decode(standalone, bytes);
  if (sets.length > 1 || upperMultiByte[first] || first === '87' || first === '159') {
    const initial = singleByte[first] ?? upperMultiByte[first] ?? null;
    return (bytes) => decodeIso2022(bytes, first === '6' || first === '' ? null : initial);
  }
  const label = singleByte[first];
  const fallback = label ?? 'latin1';
  const undeclared = label === undefined || first === '6';
  return (bytes) => {
    if (bytes.includes(0x1b)) return decodeIso2022(bytes, fallback);
    if (undeclared) return decodeUndeclared(bytes);
    return decode(fallback, bytes);
  };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUndeclared(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decode('latin1', bytes);
  }
}

const ESCAPE = 0x1b;
const isDelimiter = (byte: number): boolean =>
  byte === 0x5c || byte === 0x5e || byte === 0x3d || (byte >= 0x09 && byte <= 0x0d);

/**
 * Text with code extensions. Delimiters (\ ^ = and line ends) bring back the initial sets; where there is no initial
 * upper set, the last one stays, since many writers announce it only once.
 */
function decodeIso2022(bytes: Uint8Array, initialUpper: string | null): string {
  let text = '';
  let lowerSet: 'ascii' | 'jisx0208' | 'jisx0212' = 'ascii';
  let upperLabel = initialUpper;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte === ESCAPE) {
      const found = designationAt(bytes, at + 1);
      at += 1 + (found?.length ?? 0);
      if (found?.designation.half === 'lower') lowerSet = found.designation.set;
      else if (found) upperLabel = found.designation.label;
      continue;
    }
    if (lowerSet !== 'ascii' && byte > 0x20 && byte < 0x7f) {
      const start = at;
      while (at < bytes.length && (bytes[at] as number) > 0x20 && (bytes[at] as number) < 0x7f) at++;
      text += decodeJis(bytes.subarray(start, at), lowerSet);
      continue;
    }
    const start = at;
    if (byte >= 0x80) {
      // A multi-byte character of GBK may end below 0x80; of the sets of ISO 2022 none does.
      while (at < bytes.length && (bytes[at] as number) >= 0x80) at++;
      text += decode(upperLabel ?? 'latin1', bytes.subarray(start, at));
      continue;
    }
    while (at < bytes.length && plain(bytes[at] as number)) at++;
    if (at > start) {
      text += decode('latin1', bytes.subarray(start, at));
      continue;
    }
    text += String.fromCharCode(byte);
    at++;
    if (isDelimiter(byte)) {
      lowerSet = 'ascii';
      upperLabel = initialUpper ?? upperLabel;
    }
  }
  return text;
}

const plain = (byte: number): boolean => byte < 0x80 && byte !== ESCAPE && !isDelimiter(byte);

function designationAt(bytes: Uint8Array, at: number): { designation: Designation; length: number } | null {
  for (const length of [3, 2]) {
    const designation = designations[String.fromCharCode(...bytes.subarray(at, at + length))];
    if (designation) return { designation, length };
  }
  return null;
}

/** Pairs of 7-bit codes are what EUC-JP writes with the upper bits set, JIS X 0212 behind 0x8f. */
function decodeJis(codes: Uint8Array, set: 'jisx0208' | 'jisx0212'): string {
  const euc: number[] = [];
  for (let at = 0; at + 1 < codes.length; at += 2) {
    if (set === 'jisx0212') euc.push(0x8f);
    euc.push((codes[at] as number) | 0x80, (codes[at + 1] as number) | 0x80);
  }
  return decode('euc-jp', Uint8Array.from(euc)) + (codes.length % 2 === 1 ? '\uFFFD' : '');
}
