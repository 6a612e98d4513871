import { expect, it } from 'vitest';
import { ServerChoice } from './server-choice.ts';

const middle = () => 0.5;

it('asks the first server while it is well, another one when it failed, and the first again later', () => {
  const choice = new ServerChoice(() => ['a', 'b'], middle);
  expect(choice.choose(0)).toEqual({ server: 'a', waitMs: 0 });
  choice.failed('a', 0);
  expect(choice.choose(1)).toEqual({ server: 'b', waitMs: 0 });
  expect(choice.choose(500)).toEqual({ server: 'a', waitMs: 0 });
});

it('waits for the one that may be asked first when all have failed, longer each time', () => {
  const choice = new ServerChoice(() => ['a', 'b'], middle);
  choice.failed('a', 0);
  choice.failed('b', 100);
  expect(choice.choose(200)).toEqual({ server: 'a', waitMs: 300 });
  choice.failed('a', 600);
  expect(choice.choose(600)).toEqual({ server: 'b', waitMs: 0 });
  choice.failed('b', 600);
  expect(choice.choose(600).waitMs).toBe(1000);
});

it('takes failures of what was on its way together for one, and forgets them when it works', () => {
  const choice = new ServerChoice(() => ['a'], middle);
  for (let time = 0; time < 4; time++) choice.failed('a', time);
  expect(choice.choose(4)).toEqual({ server: 'a', waitMs: 496 });
  choice.worked('a');
  expect(choice.choose(4)).toEqual({ server: 'a', waitMs: 0 });
});
