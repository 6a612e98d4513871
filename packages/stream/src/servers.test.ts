import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Candidate,
  failed,
  measured,
  mergePool,
  newCandidate,
  nextChance,
  pickServer,
  succeeded,
} from './servers.ts';

const a = newCandidate('ws://a');
const b = newCandidate('ws://b');
const c = newCandidate('ws://c');
const none: ReadonlySet<string> = new Set();
const server = (id: string, load: number, ...endpoints: string[]) => ({ id, name: id, endpoints, load });

describe('which server is tried', () => {
  test('not one that has just failed, nor one that was tried in this round', () => {
    const candidates = [failed(a, 1000, 500), b, c];
    for (const random of [0, 0.4, 0.9])
      expect(pickServer(candidates, none, 1200, () => random)?.url).not.toBe('ws://a');
    expect(pickServer(candidates, new Set(['ws://b', 'ws://c']), 1200, () => 0)).toBeNull();
    expect(pickServer(candidates, new Set(['ws://b', 'ws://c']), 1500, () => 0)?.url).toBe('ws://a');
    expect(nextChance(candidates)).toBe(0);
    expect(nextChance([failed(a, 1000, 500)])).toBe(1500);
  });

  test('the one with the fewer failures, until it succeeds again', () => {
    const flaky = failed(failed(a, 0, 0), 0, 0);
    expect(pickServer([flaky, failed(b, 0, 0)], none, 10, () => 0)?.url).toBe('ws://b');
    expect(pickServer([succeeded(flaky, 'A'), failed(b, 0, 0)], none, 10, () => 0)?.url).toBe('ws://a');
  });

  test('of two drawn at random the nearer and less loaded one', () => {
    const near = measured(a, 2);
    const far = measured(b, 200);
    const draws = [0, 0.99];
    expect(pickServer([far, near], none, 0, () => draws.shift() ?? 0)?.url).toBe('ws://a');
    const busy = { ...near, load: 300 };
    const again = [0, 0.99];
    expect(pickServer([busy, far], none, 0, () => again.shift() ?? 0)?.url).toBe('ws://b');
  });

  test('always one of the candidates, whatever is known of them', () => {
    const candidate = fc.record<Candidate>({
      url: fc.webUrl(),
      server: fc.constant(null),
      load: fc.double(),
      latency: fc.option(fc.double({ min: 0, noNaN: true })),
      failures: fc.nat(),
      notBefore: fc.constant(0),
    });
    fc.assert(
      fc.property(
        fc.array(candidate, { minLength: 1 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (all, random) => {
          expect(all).toContain(pickServer(all, none, 0, () => random));
        },
      ),
    );
  });
});

describe('what the pool says', () => {
  test('new endpoints are added, those of servers that left are dropped, configured ones stay', () => {
    const known = mergePool(
      [a],
      [server('B', 1, 'ws://b'), server('C', 2, 'ws://c', 'ws://c2')],
      new Set(['ws://a']),
    );
    expect(known.map(({ url, server: id, load }) => [url, id, load])).toEqual([
      ['ws://a', null, 0],
      ['ws://b', 'B', 1],
      ['ws://c', 'C', 2],
      ['ws://c2', 'C', 2],
    ]);
    const later = mergePool(known, [server('C', 5, 'ws://c')], new Set(['ws://a']));
    expect(later.map(({ url, load }) => [url, load])).toEqual([
      ['ws://a', 0],
      ['ws://c', 5],
      ['ws://c2', 5],
    ]);
  });

  test('a configured address that turned out to be a known server keeps its history', () => {
    const met = failed(measured(succeeded(a, 'A'), 7), 0, 100);
    const [merged] = mergePool([met], [server('A', 3, 'ws://elsewhere')], new Set(['ws://a']));
    expect(merged).toEqual({ ...met, load: 3 });
  });
});
