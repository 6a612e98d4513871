// The value representations as two letters in a file, and how the length behind each is written (PS3.5 section 7.1.2).

/** Those with two reserved bytes and a length of 32 bits behind. */
export const longForm: ReadonlySet<string> = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const shortForm = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
/** Every letter pair as a string, so that reading a value representation makes no garbage. */
const vrNames = new Map<number, string>();
for (const vr of [...longForm, ...shortForm]) vrNames.set((vr.charCodeAt(0) << 8) | vr.charCodeAt(1), vr);

/** The value representation written at an offset, or undefined if the two bytes are none of the standard's. */
export function writtenVr(bytes: Uint8Array, at: number): string | undefined {
  return vrNames.get(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
}
