// Placement moves nothing that need not move, never puts two copies on one server, and follows space and sites.
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderPlaces, type PlaceableServer, pickReplicas, rankDisks } from './placement.ts';

const TB = 2 ** 40;
const digests = Array.from({ length: 2000 }, (_, n) => hash('sha256', `blob ${n}`));

const disk = fc.record({
  kind: fc.constantFrom('online' as const, 'online' as const, 'archive' as const),
  free: fc.integer({ min: 0, max: 8 * TB }),
  state: fc.constantFrom('in' as const, 'in' as const, 'in' as const, 'lost' as const, 'full' as const),
});
const pool = fc
  .array(
    fc.record({ site: fc.constantFrom('north', 'south', 'west'), disks: fc.array(disk, { maxLength: 4 }) }),
    {
      maxLength: 8,
    },
  )
  .map((servers): PlaceableServer[] =>
    servers.map(({ site, disks }, server) => ({
      id: `server ${server}`,
      site,
      disks: disks.map((each, at) => ({ ...each, id: `disk ${server}.${at}`, capacity: 8 * TB })),
    })),
  );
const digest = fc.integer().map((n) => hash('sha256', String(n)));

/** A server with one disk. */
const server = (id: string, free = TB, site = 'north'): PlaceableServer => ({
  id,
  site,
  disks: [{ id: `disk of ${id}`, kind: 'online', capacity: 8 * TB, free, state: 'in' }],
});

describe('placement', () => {
  it('keeps the order of all other disks when a disk is lost or a server dies', () => {
    fc.assert(
      fc.property(pool, digest, fc.nat(), (servers, name, which) => {
        const before = rankDisks(name, servers);
        const lost = before[which % Math.max(1, before.length)];
        const withoutDisk = servers.map((each) => ({
          ...each,
          disks: each.disks.map((one) => (one.id === lost?.disk ? { ...one, state: 'lost' as const } : one)),
        }));
        expect(rankDisks(name, withoutDisk)).toEqual(before.filter((each) => each !== lost));
        const withoutServer = servers.filter(({ id }) => id !== lost?.server);
        expect(rankDisks(name, withoutServer)).toEqual(before.filter((each) => each.server !== lost?.server));
      }),
    );
  });

  it('picks disks that are in, online and large enough, one on each server, none where a copy is', () => {
    fc.assert(
      fc.property(
        pool,
        digest,
        fc.nat({ max: 8 }),
        fc.nat({ max: 4 * TB }),
        fc.subarray(['server 0', 'server 1', 'server 2']),
        fc.record(
          { ownSite: fc.constantFrom('north', 'nowhere'), spreadSites: fc.boolean() },
          { requiredKeys: [] },
        ),
        (servers, name, count, length, holders, wishes) => {
          const able = servers.filter(
            ({ id, disks }) =>
              !holders.includes(id) &&
              disks.some((one) => one.state === 'in' && one.kind === 'online' && one.free >= length),
          );
          const picked = pickReplicas(name, servers, count, { length, holders, ...wishes });
          expect(picked).toHaveLength(Math.min(count, able.length));
          expect(new Set(picked.map((place) => place.server)).size).toBe(picked.length);
          for (const place of picked) {
            const at = able.find(({ id }) => id === place.server)?.disks.find(({ id }) => id === place.disk);
            expect(at).toMatchObject({ state: 'in', kind: 'online' });
            expect(at?.free).toBeGreaterThanOrEqual(length);
          }
        },
      ),
    );
  });

  it('gives each disk its share by free space, and a new disk takes only what becomes its own', () => {
    const servers = [server('a', TB), server('b', 2 * TB), server('c', TB)];
    const first = digests.map((name) => rankDisks(name, servers)[0]?.server);
    const share = (id: string) => first.filter((each) => each === id).length / first.length;
    expect(share('b')).toBeGreaterThan(0.45);
    expect(share('b')).toBeLessThan(0.55);
    const more = [...servers, server('d', TB)];
    digests.forEach((name, at) => {
      expect([first[at], 'd']).toContain(rankDisks(name, more)[0]?.server);
    });
  });

  it('takes servers of its own site first, and the rest after them', () => {
    const servers = [
      server('a', TB, 'north'),
      server('b', TB, 'south'),
      server('c', TB, 'south'),
      server('d', TB, 'west'),
    ];
    for (const name of digests.slice(0, 100)) {
      const sites = orderPlaces(name, servers, { ownSite: 'south' }).map(
        (place) => servers.find(({ id }) => id === place.server)?.site,
      );
      expect(sites.slice(0, 2)).toEqual(['south', 'south']);
      expect(sites).toHaveLength(4);
    }
  });

  it('spreads over the sites, counting the copies that are there', () => {
    const servers = ['north', 'south'].flatMap((site) =>
      [1, 2, 3].map((n) => server(`${site} ${n}`, TB, site)),
    );
    for (const name of digests.slice(0, 100)) {
      const [one, two] = pickReplicas(name, servers, 2, { spreadSites: true });
      expect(new Set([one, two].map((place) => place?.server.split(' ')[0]))).toEqual(
        new Set(['north', 'south']),
      );
      const [other] = pickReplicas(name, servers, 1, { spreadSites: true, holders: ['north 1'] });
      expect(other?.server).toMatch(/^south/);
      const near = pickReplicas(name, servers, 2, { spreadSites: true, ownSite: 'south' });
      expect(near.map((place) => place.server.split(' ')[0])).toEqual(['south', 'north']);
    }
  });

  it('does not change its mind because a few blobs were put', () => {
    const servers = [server('a'), server('b'), server('c')];
    const after = [server('a', TB - 2 ** 30), server('b', TB), server('c', TB - 2 ** 20)];
    const moved = digests.filter(
      (name) => rankDisks(name, servers)[0]?.server !== rankDisks(name, after)[0]?.server,
    );
    expect(moved.length / digests.length).toBeLessThan(0.15);
  });
});
