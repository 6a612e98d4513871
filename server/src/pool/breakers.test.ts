// When a peer is asked again, on a clock of the test's own.
import { describe, expect, it } from 'vitest';
import { Breakers } from './breakers.ts';

const peer = { id: 'b', boot: '1' };

function onClock() {
  const clock = { now: 1000 };
  return {
    clock,
    breakers: new Breakers(
      () => clock.now,
      () => 0.5,
    ),
  };
}

describe('a breaker', () => {
  it('opens at a failure, longer each time, up to a bound', () => {
    const { clock, breakers } = onClock();
    expect(breakers.isOpen(peer)).toBe(false);
    const pauses = Array.from({ length: 8 }, () => {
      breakers.asked(peer);
      breakers.failed(peer);
      const from = clock.now;
      while (breakers.isOpen(peer)) clock.now += 50;
      return clock.now - from;
    });
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    breakers.succeeded(peer);
    breakers.failed(peer);
    clock.now += 500;
    expect(breakers.isOpen(peer)).toBe(false);
  });

  it('lets one question through after the pause, and the others when it was answered', () => {
    const { clock, breakers } = onClock();
    breakers.failed(peer);
    clock.now += 500;
    expect(breakers.isOpen(peer)).toBe(false);
    breakers.asked(peer);
    expect(breakers.isOpen(peer)).toBe(true);
    breakers.calledOff(peer);
    expect(breakers.isOpen(peer)).toBe(false);
    breakers.asked(peer);
    breakers.succeeded(peer);
    breakers.asked(peer);
    expect(breakers.isOpen(peer)).toBe(false);
  });

  it('counts being overtaken twice in a row as a failure', () => {
    const { breakers } = onClock();
    breakers.overtaken(peer);
    breakers.succeeded(peer);
    breakers.overtaken(peer);
    expect(breakers.isOpen(peer)).toBe(false);
    breakers.overtaken(peer);
    expect(breakers.isOpen(peer)).toBe(true);
  });

  it('gives a server that was started anew another chance', () => {
    const { breakers } = onClock();
    breakers.failed(peer);
    expect(breakers.isOpen(peer)).toBe(true);
    expect(breakers.isOpen({ ...peer, boot: '2' })).toBe(false);
  });
});
