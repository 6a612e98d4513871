import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Paced } from './paced.ts';

it('says at once what is wanted, and once more after the pause what was wanted meanwhile', async () => {
  const said: string[] = [];
  const paced = new Paced(60, (what) => said.push(what));
  for (let n = 0; n < 5; n++) paced.want('a');
  paced.want('b');
  expect(said).toEqual(['a', 'b']);
  while (said.length < 3) await sleep(5);
  await sleep(150);
  expect(said).toEqual(['a', 'b', 'a']);
  paced.want('b');
  paced.want('b');
  paced.close();
  await sleep(100);
  expect(said).toEqual(['a', 'b', 'a', 'b']);
});
