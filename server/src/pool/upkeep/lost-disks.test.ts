// Which lost disks are given up, and when.
import type { ServerRecord } from '@strata/metadata/pool/model';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { LostDisks, type LostDisksParts } from './lost-disks.ts';

const MINUTE = 60_000;
type Told = ReturnType<LostDisksParts['disks']>[number];

function watched() {
  const world = { now: 0, disks: [] as Told[], known: [] as string[], givenUp: [] as string[] };
  const lost = new LostDisks({
    ...{ self: 'a', repairAfterMs: 15 * MINUTE, log: pino({ enabled: false }), now: () => world.now },
    pool: {
      lostDisk: async (id) => {
        world.givenUp.push(id);
        return 1;
      },
    },
    servers: () => [{ id: 'a', disks: world.known.map((id) => ({ id })) } as unknown as ServerRecord],
    disks: () => world.disks,
  });
  return { world, lost };
}

const disk = (id: string, state: Told['state'], isReplaced = false): Told => ({ id, state, isReplaced });

it('an emptied disk is given up at once, and once', async () => {
  const { world, lost } = watched();
  world.disks = [disk('new', 'in'), disk('old', 'lost', true)];
  for (let look = 0; look < 3; look++) await lost.look();
  expect(world.givenUp).toEqual(['old']);
});

it('a disk that is away is given up when it stays away, not when it comes back in time', async () => {
  const { world, lost } = watched();
  world.disks = [disk('away', 'lost'), disk('here', 'full')];
  await lost.look();
  world.now = 14 * MINUTE;
  await lost.look();
  world.disks = [disk('away', 'in'), disk('here', 'in')];
  await lost.look();
  world.disks = [disk('away', 'lost'), disk('here', 'in')];
  world.now = 20 * MINUTE;
  await lost.look();
  expect(world.givenUp).toEqual([]);
  world.now = 36 * MINUTE;
  await lost.look();
  expect(world.givenUp).toEqual(['away']);
});

it('a disk that the others know and this server has no longer is given up like one that is away', async () => {
  const { world, lost } = watched();
  world.known = ['gone', 'here'];
  world.disks = [disk('here', 'in')];
  await lost.look();
  expect(world.givenUp).toEqual([]);
  world.now = 16 * MINUTE;
  await lost.look();
  expect(world.givenUp).toEqual(['gone']);
});
