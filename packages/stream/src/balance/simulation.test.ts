import { expect, test } from 'vitest';
import { simulate } from '../testing/simulation.ts';

const SCHEDULES = 3000;
const FIRST = Number(process.env.STRATA_SEED ?? 1);
const COUNT = process.env.STRATA_SEED ? 1 : SCHEDULES;

test(`under ${SCHEDULES} random fault schedules every promise of the balancer is kept`, () => {
  let requests = 0;
  let hedges = 0;
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const { broken, figures } = simulate(seed);
    requests += figures.requests;
    hedges += figures.hedges;
    expect(broken, `run it alone with STRATA_SEED=${seed}`).toEqual([]);
  }
  expect(requests).toBeGreaterThan(COUNT * 20);
  expect(hedges / requests).toBeLessThan(0.3);
});

test('a schedule runs the same way each time', () => {
  expect(simulate(7)).toEqual(simulate(7));
});
