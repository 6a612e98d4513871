import { expect, test } from 'vitest';
import { beat, type Heartbeat, heard, startHeartbeat } from './heartbeat.ts';

const times = { heartbeat: 5000, silence: 3000 };

/** Steps a quarter of a heartbeat at a time; things are heard at the given times. @returns what was done, and when */
function run(until: number, heardAt: (now: number, state: Heartbeat) => boolean): string[] {
  let state = startHeartbeat(0);
  let lastHeard = 0;
  const actions: string[] = [];
  for (let now = 1250; now <= until; now += 1250) {
    if (heardAt(now, state)) {
      lastHeard = now;
      state = heard(state);
    }
    const step = beat(state, now, lastHeard, times);
    state = step.state;
    if (step.action !== 'none') actions.push(`${step.action} ${now}`);
    if (step.action === 'dead') break;
  }
  return actions;
}

test('a quiet connection is pinged, and goes on when it answers', () => {
  expect(run(12_000, (_, state) => state.pingedAt !== null)).toEqual(['ping 5000', 'ping 11250']);
});

test('a busy connection needs no ping', () => {
  expect(run(60_000, () => true)).toEqual([]);
});

test('a connection that does not answer is dead after the silence', () => {
  expect(run(60_000, () => false)).toEqual(['ping 5000', 'dead 8750']);
});

test('after a sleep the other side gets the chance to answer', () => {
  const before = { steppedAt: 0, pingedAt: 0, ping: 1 };
  const woken = beat(before, 3_600_000, 0, times);
  expect(woken).toEqual({ state: { steppedAt: 3_600_000, pingedAt: 3_600_000, ping: 2 }, action: 'ping' });
  expect(beat(woken.state, 3_603_000, 0, times).action).toBe('dead');
});
