import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consumed, handedOut, isBlocked, openCredit, received, settle, unfinished } from './credit.ts';

describe('what the client gives back', () => {
  test('nothing for a few bytes, all at once when they are an eighth of the window', () => {
    const two = received(received(openCredit(1000), 100), 100);
    const one = settle(consumed(handedOut(two, 100), 100, 100));
    expect(one.grant).toBe(0);
    expect(settle(consumed(handedOut(one.credit, 100), 100, 100)).grant).toBe(200);
  });

  test('a few bytes, too, when the server cannot send without them', () => {
    const all = received(openCredit(1000), 1000);
    expect(settle(consumed(handedOut(all, 10), 10, 10)).grant).toBe(10);
  });

  test('pieces of unfinished levels at once, but not while callers keep a whole window', () => {
    const piece = unfinished(received(openCredit(1000), 200), 200);
    expect(settle(piece).grant).toBe(200);
    const keeping = handedOut(piece, 1000);
    expect(settle(keeping).grant).toBe(0);
    expect(settle(consumed(keeping, 1000, 0)).grant).toBe(200);
  });
});

test('a client that consumes in the end always lets the server send on, and never grants more than it received', () => {
  const piece = fc.record({
    bytes: fc.integer({ min: 1, max: 300 }),
    isLast: fc.boolean(),
    consumeAt: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.array(piece, { maxLength: 200 }), (window, pieces) => {
      let credit = openCredit(window);
      let balance = window;
      let length = 0;
      const keeping: { length: number; bytes: number; left: number }[] = [];
      const say = () => {
        const settled = settle(credit);
        credit = settled.credit;
        balance += settled.grant;
        expect(balance).toBeLessThanOrEqual(window);
      };
      const consume = (least: number) => {
        for (const kept of keeping.splice(0)) {
          if (kept.left-- > least) keeping.push(kept);
          else {
            credit = consumed(credit, kept.length, kept.bytes);
            say();
          }
        }
      };
      for (const { bytes, isLast, consumeAt } of pieces) {
        // Blocked: the server can only wait until callers have consumed what they keep.
        if (balance <= 0) consume(Number.POSITIVE_INFINITY);
        expect(balance).toBeGreaterThan(0);
        balance -= bytes;
        length += bytes;
        credit = received(credit, bytes);
        if (isLast) {
          credit = handedOut(credit, length);
          keeping.push({ length, bytes, left: consumeAt });
          length = 0;
        } else credit = unfinished(credit, bytes);
        say();
        expect(isBlocked(credit)).toBe(balance <= 0);
        consume(0);
      }
      consume(Number.POSITIVE_INFINITY);
      expect(balance).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});
