// The encoding half of the four rANS lanes: goes through the events of a tile from the last to the first.
import { LOWEST } from './rans-decoder';

/** An event of a single token (the all-zero flag); others come in groups of eight. */
export const SINGLE: u32 = 0x8000;

/** The low 12 bits of an event, context and token, lead to its frequency (low half) and the sum of those before it. */
// @ts-ignore: decorator
@inline
function modelOf(models: usize, event: u32): u32 {
  return load<u32>(models + ((event & 0xfff) << 2));
}

// @ts-ignore: decorator
@inline
function pushed(state: u64, model: u32): u64 {
  const frequency = <u64>(model & 0xffff);
  const whole = state / frequency;
  return (whole << 10) + (state - whole * frequency) + <u64>(model >> 16);
}

/** Codes events like `encodeEvents`, all through one lane: one state of 8 bytes, then words. */
function encodeSingle(events: usize, eventsEnd: usize, models: usize, end: usize): usize {
  let state = LOWEST;
  let to = end;
  let at = eventsEnd;
  while (at > events) {
    const last = <u32>load<u16>(at - 2);
    if (last & SINGLE) {
      at -= 2;
      const model = modelOf(models, last);
      if ((state >> 53) >= <u64>(model & 0xffff)) {
        to -= 4;
        store<u32>(to, <u32>state);
        state >>= 32;
      }
      state = pushed(state, model);
      continue;
    }
    at -= 16;
    for (let lane: i32 = 3; lane >= 0; lane--) {
      const first = modelOf(models, load<u16>(at + (lane << 1)));
      const second = modelOf(models, load<u16>(at + (lane << 1), 8));
      if ((state >> 43) >= <u64>((first & 0xffff) * (second & 0xffff))) {
        to -= 4;
        store<u32>(to, <u32>state);
        state >>= 32;
      }
      state = pushed(pushed(state, second), first);
    }
  }
  to -= 8;
  store<u64>(to, state);
  return to;
}

/**
 * Codes events backwards in memory.
 * @param events u16 each, from `events` to `eventsEnd`
 * @param models u32 per context and token: frequency | cumulated frequency << 16
 * @param lanes 1 or 4
 * @param end where the stream shall end; it needs 4 bytes an event and 32
 * @returns where the stream begins: a state of 8 bytes for each lane, then words
 */
export function encodeEvents(events: usize, eventsEnd: usize, models: usize, lanes: i32, end: usize): usize {
  if (lanes == 1) return encodeSingle(events, eventsEnd, models, end);
  let s0 = LOWEST;
  let s1 = LOWEST;
  let s2 = LOWEST;
  let s3 = LOWEST;
  let to = end;
  let at = eventsEnd;
  while (at > events) {
    const last = <u32>load<u16>(at - 2);
    if (last & SINGLE) {
      at -= 2;
      const model = modelOf(models, last);
      // A state that would leave [2^31, 2^63) hands on its lower half first; here and below the decoder sees the same.
      if ((s0 >> 53) >= <u64>(model & 0xffff)) {
        to -= 4;
        store<u32>(to, <u32>s0);
        s0 >>= 32;
      }
      s0 = pushed(s0, model);
      continue;
    }
    at -= 16;
    const a3 = modelOf(models, load<u16>(at, 6));
    const b3 = modelOf(models, last);
    if ((s3 >> 43) >= <u64>((a3 & 0xffff) * (b3 & 0xffff))) {
      to -= 4;
      store<u32>(to, <u32>s3);
      s3 >>= 32;
    }
    s3 = pushed(pushed(s3, b3), a3);
    const a2 = modelOf(models, load<u16>(at, 4));
    const b2 = modelOf(models, load<u16>(at, 12));
    if ((s2 >> 43) >= <u64>((a2 & 0xffff) * (b2 & 0xffff))) {
      to -= 4;
      store<u32>(to, <u32>s2);
      s2 >>= 32;
    }
    s2 = pushed(pushed(s2, b2), a2);
    const a1 = modelOf(models, load<u16>(at, 2));
    const b1 = modelOf(models, load<u16>(at, 10));
    if ((s1 >> 43) >= <u64>((a1 & 0xffff) * (b1 & 0xffff))) {
      to -= 4;
      store<u32>(to, <u32>s1);
      s1 >>= 32;
    }
    s1 = pushed(pushed(s1, b1), a1);
    const a0 = modelOf(models, load<u16>(at));
    const b0 = modelOf(models, load<u16>(at, 8));
    if ((s0 >> 43) >= <u64>((a0 & 0xffff) * (b0 & 0xffff))) {
      to -= 4;
      store<u32>(to, <u32>s0);
      s0 >>= 32;
    }
    s0 = pushed(pushed(s0, b0), a0);
  }
  to -= 32;
  store<u64>(to, s0);
  store<u64>(to, s1, 8);
  store<u64>(to, s2, 16);
  store<u64>(to, s3, 24);
  return to;
}
