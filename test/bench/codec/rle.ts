// DICOM's RLE (PS3.5 annex G), for images of the benchmark that come in no other form.

/** Decodes one segment of PackBits into `into`, every `step` bytes from `first`. */
function unpackSegment(packed: Uint8Array, into: Uint8Array, first: number, step: number): void {
  let to = first;
  for (let at = 0; at < packed.length && to < into.length; ) {
    const control = packed[at++] as number;
    if (control === 128) continue;
    if (control < 128) {
      for (let left = control + 1; left > 0 && to < into.length; left--, to += step) {
        into[to] = packed[at++] ?? 0;
      }
    } else {
      const value = packed[at++] ?? 0;
      for (let left = 257 - control; left > 0 && to < into.length; left--, to += step) into[to] = value;
    }
  }
  if (to < into.length) throw new Error('an RLE segment ends too early');
}

/**
 * Decodes a frame to samples of `bytesPerSample` (little endian), those of a pixel together.
 * @param pixels columns times rows
 */
export function decodeRle(
  frame: Uint8Array,
  pixels: number,
  samples: number,
  bytesPerSample: number,
): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = view.getUint32(0, true);
  if (count !== samples * bytesPerSample) throw new Error(`RLE of ${count} segments does not fit the image`);
  const out = new Uint8Array(pixels * count);
  for (let segment = 0; segment < count; segment++) {
    const from = view.getUint32(4 + segment * 4, true);
    const to = segment + 1 < count ? view.getUint32(8 + segment * 4, true) : frame.length;
    const sample = Math.floor(segment / bytesPerSample);
    // The most significant byte of a sample comes first.
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    unpackSegment(frame.subarray(from, to), out, sample * bytesPerSample + byte, count);
  }
  return out;
}
