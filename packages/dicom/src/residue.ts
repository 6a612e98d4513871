// The difference between pixel data and what its canonical pixels reproduce: unused high bits, overlays, padding bits.

/** @returns the XOR of two arrays of one length, or null when they are equal */
export function findResidue(packed: Uint8Array, original: Uint8Array): Uint8Array | null {
  if (Buffer.compare(packed, original) === 0) return null;
  const residue = packed.slice();
  xorInto(residue, original);
  return residue;
}

/** XORs the second array over the first, of the same length. */
export function xorInto(bytes: Uint8Array, other: Uint8Array): void {
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] as number) ^ (other[at] as number);
}
