import { expect, it } from 'vitest';
import { ServerShares } from './server-shares.ts';

it('gives the next file to the server with the fewest, and none to one that has just failed', () => {
  const shares = new ServerShares(
    () => ['a', 'b'],
    () => 0.5,
  );
  const next = (now: number) => {
    const { server } = shares.choose(now);
    shares.began(server);
    return server;
  };
  expect([next(0), next(0), next(0), next(0)]).toEqual(['a', 'b', 'a', 'b']);
  shares.ended('b', 'failed', 0);
  shares.ended('b', 'called off', 0);
  expect(shares.choose(1)).toEqual({ server: 'a', waitMs: 0 });
  shares.ended('a', 'worked', 1);
  expect(shares.choose(600)).toEqual({ server: 'b', waitMs: 0 });
});
