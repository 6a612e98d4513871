// Frames of few values or few colours: finding them, and going from samples to their numbers and back.

/** Sets a byte in `marks` (65,536 of them) for every value that occurs, by its bits. */
export function markValues(samples: usize, count: usize, wide: bool, marks: usize): void {
  if (wide) for (let at = samples; at < samples + (count << 1); at += 2) store<u8>(marks + <usize>load<u16>(at), 1);
  else for (let at = samples; at < samples + count; at++) store<u8>(marks + <usize>load<u8>(at), 1);
}

/**
 * Lists the values that are marked, by their bits, from `low` on to `high` (as numbers, so that signed ones ascend).
 * @param mask of the bits of a sample @param list room for `most` + 1 u16 @returns how many, or `most` + 1 when more
 */
export function listValues(marks: usize, low: i32, high: i32, mask: i32, list: usize, most: i32): i32 {
  let found = 0;
  for (let value = low; value <= high;) {
    const at = value & mask;
    // Eight at once where none of them is marked; further ones than `high` never are, nor those of another sign.
    if (at + 8 <= mask && load<u64>(marks + at) == 0) {
      value += 8;
      continue;
    }
    if (load<u8>(marks + at) != 0) {
      store<u16>(list + (<usize>found << 1), <u16>at);
      if (++found > most) return found;
    }
    value++;
  }
  return found;
}

/** Replaces values by their numbers. @param numbers u16 by value @param to u16 each */
export function numberValues(samples: usize, count: usize, wide: bool, numbers: usize, to: usize): void {
  for (let at: usize = 0; at < count; at++) {
    const value = wide ? <usize>load<u16>(samples + (at << 1)) : <usize>load<u8>(samples + at);
    store<u16>(to + (at << 1), load<u16>(numbers + (value << 1)));
  }
}

/** Slots of the table of colours: u32 colour + 2^24, or 0 when free. */
const SLOTS: u32 = 1 << 14;

// @ts-ignore: decorator
@inline
function slotOf(colour: u32, slots: usize): u32 {
  let slot = (colour * 0x9e3779b1) >>> 18;
  while (true) {
    const found = load<u32>(slots + (slot << 2));
    if (found == 0 || found == colour) return slot;
    slot = (slot + 1) & (SLOTS - 1);
  }
}

// @ts-ignore: decorator
@inline
function colourAt(samples: usize): u32 {
  return <u32>load<u16>(samples) | (<u32>load<u8>(samples, 2) << 16) | 0x1000000;
}

/** Fills the table (16,384 cleared slots) with the colours of 8-bit pixels. @returns how many, or `most` + 1 when more */
export function findColours(samples: usize, count: usize, slots: usize, most: i32): i32 {
  let found = 0;
  let last: u32 = 0;
  for (const end = samples + 3 * count; samples < end; samples += 3) {
    const colour = colourAt(samples);
    if (colour == last) continue;
    last = colour;
    const place = slots + (slotOf(colour, slots) << 2);
    if (load<u32>(place) != 0) continue;
    if (++found > most) return found;
    store<u32>(place, colour);
  }
  return found;
}

/** Lists the slots that are in use, u16 each. */
export function listColours(slots: usize, list: usize): void {
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    if (load<u32>(slots + (slot << 2)) == 0) continue;
    store<u16>(list, <u16>slot);
    list += 2;
  }
}

/** Replaces pixels by the numbers of their colours. @param numbers u16 by slot @param to u16 each */
export function numberColours(samples: usize, count: usize, slots: usize, numbers: usize, to: usize): void {
  for (let at: usize = 0; at < count; at++, samples += 3) {
    store<u16>(to + (at << 1), load<u16>(numbers + (slotOf(colourAt(samples), slots) << 1)));
  }
}

/** Turns lanes into numbers in place: adds the offset, and takes the nearest from 0 to `last`. */
function lanesToNumbers(plane: usize, count: usize, offset: i32, last: i32): void {
  const offsets = i16x8.splat(<i16>offset);
  const most = i16x8.splat(<i16>last);
  const none = i64x2.splat(0);
  // No number is near the ends of 16 bits: what saturates is out of range anyway.
  for (let at = plane; at < plane + (count << 1); at += 16) {
    const numbers = i16x8.add_sat_s(v128.load(at), offsets);
    v128.store(at, i16x8.min_s(i16x8.max_s(numbers, none), most));
  }
}

/**
 * Lanes to what the numbers that they and an offset make stand for; numbers out of range become the nearest.
 * @param plane used up; up to 7 lanes after its end are overwritten
 * @param palette u16 for every value, or u32 for every colour
 * @param to for one sample the plane itself if need be; for three a byte after the end is overwritten
 */
export function numbersToSamples(
  plane: usize, count: usize, samples: i32, wide: bool, offset: i32, last: i32, palette: usize, to: usize,
): void {
  lanesToNumbers(plane, count, offset, last);
  const end = plane + (count << 1);
  if (samples == 3) {
    for (; plane < end; plane += 2, to += 3) store<u32>(to, load<u32>(palette + (<usize>load<u16>(plane) << 2)));
  } else if (wide) {
    for (; plane < end; plane += 2, to += 2) store<u16>(to, load<u16>(palette + (<usize>load<u16>(plane) << 1)));
  } else {
    for (; plane < end; plane += 2, to++) store<u8>(to, load<u8>(palette + (<usize>load<u16>(plane) << 1)));
  }
}
