import { expect, it } from 'vitest';
import { rateBeside, rateOf } from './cine.ts';

it('the speed is that of the file where it says one, within what a screen can do', () => {
  expect([rateOf(40), rateOf(33.3), rateOf(null), rateOf(0), rateOf(5), rateOf(5000)]).toEqual([
    25, 30, 15, 15, 60, 1,
  ]);
});

it('faster and slower go by steps, from any speed', () => {
  expect([rateBeside(15, 'faster'), rateBeside(15, 'slower')]).toEqual([20, 12]);
  expect([rateBeside(17, 'faster'), rateBeside(17, 'slower')]).toEqual([20, 15]);
  expect([rateBeside(60, 'faster'), rateBeside(1, 'slower')]).toEqual([60, 1]);
});
