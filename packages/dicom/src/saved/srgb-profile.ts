// The sRGB colour space as an ICC input profile (ICC.1:2010, IEC 61966-2-1): what presentation states of colour images need.

/** What the tags of a profile are called, and their bytes. */
type Tags = readonly (readonly [string, Uint8Array])[];

const headBytes = 128;

/** Primaries of sRGB and the white of D65, as they are seen under D50 (Bradford). */
const red = [0.43607, 0.22249, 0.01392];
const green = [0.38515, 0.71687, 0.09708];
const blue = [0.14307, 0.06061, 0.7141];
const white = [0.9642, 1, 0.8249];
const adaptation = [
  ...[1.04788, 0.02292, -0.05022],
  ...[0.02959, 0.99048, -0.01707],
  ...[-0.00925, 0.01508, 0.75168],
];
/** The curve, of type 3: its power, and the line near black. */
const curve = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

/**
 * The profile: of an input device, RGB to XYZ by a matrix and a curve, as PS3.3 C.11.15.1.1 asks for.
 * @returns some 500 bytes
 */
export function srgbProfile(): Uint8Array<ArrayBuffer> {
  const tone = bytesOf('para', [...halves(3, 0), ...fixed(curve)]);
  const tags: Tags = [
    ['desc', text('sRGB IEC61966-2.1')],
    ['cprt', text('No copyright, use freely')],
    ['wtpt', bytesOf('XYZ ', fixed(white))],
    ['chad', bytesOf('sf32', fixed(adaptation))],
    ['rXYZ', bytesOf('XYZ ', fixed(red))],
    ['gXYZ', bytesOf('XYZ ', fixed(green))],
    ['bXYZ', bytesOf('XYZ ', fixed(blue))],
    ['rTRC', tone],
    ['gTRC', tone],
    ['bTRC', tone],
  ];
  return profileOf(tags);
}

/** Head, table of tags, tags; those of the same bytes stand there once. */
function profileOf(tags: Tags): Uint8Array<ArrayBuffer> {
  const places = new Map<Uint8Array, number>();
  let end = headBytes + 4 + 12 * tags.length;
  for (const [, bytes] of tags) {
    if (places.has(bytes)) continue;
    places.set(bytes, end);
    end += bytes.length;
  }
  const profile = new Uint8Array(end);
  profile.set(headOf(end));
  const view = new DataView(profile.buffer);
  view.setUint32(headBytes, tags.length);
  for (const [at, [name, bytes]] of tags.entries()) {
    const entry = headBytes + 4 + 12 * at;
    const place = places.get(bytes) ?? 0;
    profile.set(letters(name), entry);
    view.setUint32(entry + 4, place);
    view.setUint32(entry + 8, bytes.length);
    profile.set(bytes, place);
  }
  return profile;
}

/** ICC.1:2010 section 7.2. */
function headOf(length: number): Uint8Array {
  const head = new Uint8Array(headBytes);
  const view = new DataView(head.buffer);
  view.setUint32(0, length);
  // Version 4.3.
  view.setUint32(8, 0x0430_0000);
  for (const [at, name] of [
    [12, 'scnr'],
    [16, 'RGB '],
    [20, 'XYZ '],
    [36, 'acsp'],
  ] as const) {
    head.set(letters(name), at);
  }
  for (const [at, value] of [2026, 1, 1].entries()) view.setUint16(24 + 2 * at, value);
  head.set(fixed(white), 68);
  return head;
}

/** A tag: its type, four bytes of nothing, its value, to a multiple of four. */
function bytesOf(type: string, value: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(8 + Math.ceil(value.length / 4) * 4);
  bytes.set(letters(type));
  bytes.set(value, 8);
  return bytes;
}

/** A text in English (multiLocalizedUnicodeType). */
function text(said: string): Uint8Array {
  const wide = [...letters(said)].flatMap((letter) => [0, letter]);
  const [count, size, length, place] = [words(1), words(12), words(wide.length), words(28)];
  return bytesOf('mluc', [...count, ...size, ...letters('enUS'), ...length, ...place, ...wide]);
}

const letters = (name: string): Uint8Array => new TextEncoder().encode(name);

function words(...values: number[]): number[] {
  return values.flatMap((value) => [24, 16, 8, 0].map((shift) => (value >> shift) & 0xff));
}

function halves(...values: number[]): number[] {
  return values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]);
}

/** Numbers with 16 bits behind the point (s15Fixed16Number). */
function fixed(values: readonly number[]): number[] {
  return words(...values.map((value) => Math.round(value * 65_536)));
}
