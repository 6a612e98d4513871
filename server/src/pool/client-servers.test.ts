// What clients are told of the pool.
import type { ServerRecord } from '@strata/metadata/pool/model';
import { expect, it } from 'vitest';
import { clientServers, PoolNews } from './client-servers.ts';

const server = (id: string, more: Partial<ServerRecord> = {}): ServerRecord => ({
  ...{
    id,
    name: `name of ${id}`,
    site: 'main',
    wireUrl: '',
    roles: ['image'],
    version: '',
    load: 0,
    disks: [],
  },
  ...{ endpoints: [{ url: `ws://${id}/stream`, scope: 'internal' as const }], boot: '' },
  ...{ state: 'in' as const, isAlive: true, silentMs: 0 },
  ...more,
});

it('names the image servers that live, itself always, and sites only where there are several', () => {
  const servers = [
    server('a', { isAlive: false }),
    server('b', { state: 'draining', load: 0.5 }),
    server('c', { state: 'out' }),
    server('d', { isAlive: false }),
    server('e', { roles: ['gateway'] }),
  ];
  expect(clientServers(servers, 'a')).toEqual([
    { id: 'a', name: 'name of a', endpoints: ['ws://a/stream'], load: 0 },
    { id: 'b', name: 'name of b', endpoints: ['ws://b/stream'], load: 0.5 },
  ]);
  const sites = clientServers([server('a'), server('b', { site: 'other' })], 'a').map(({ site }) => site);
  expect(sites).toEqual(['main', 'other']);
});

it('names internal addresses before external ones', () => {
  const endpoints = [
    { url: 'wss://outside/stream', scope: 'external' as const },
    { url: 'ws://inside/stream', scope: 'internal' as const },
  ];
  expect(clientServers([server('a', { endpoints })], 'a')[0]?.endpoints).toEqual([
    'ws://inside/stream',
    'wss://outside/stream',
  ]);
});

it('names no address of another machine that means this one here', () => {
  const endpoints = [
    { url: 'ws://127.0.0.1:4280/stream', scope: 'internal' as const },
    { url: 'wss://b.example/stream', scope: 'external' as const },
  ];
  const told = (wireUrl: string) =>
    clientServers([server('a', { endpoints }), server('b', { endpoints, wireUrl })], 'a').map(
      (one) => one.endpoints.length,
    );
  expect(told('https://b.example:4290')).toEqual([2, 1]);
  expect(told('http://127.0.0.1:4290')).toEqual([2, 2]);
});

it('has news at once of who there is, and now and then of how busy they are', () => {
  const news = new PoolNews();
  const told = (loads: number[], now: number) =>
    news.isNews(
      clientServers(
        loads.map((load, at) => server(`s${at}`, { load })),
        's0',
      ),
      now,
    );
  expect(told([0], 0)).toBe(true);
  expect(told([0], 10_000)).toBe(false);
  expect(told([0.05], 20_000)).toBe(false);
  expect(told([0.5], 20_000)).toBe(true);
  expect(told([0], 21_000)).toBe(false);
  expect(told([0, 0], 21_000)).toBe(true);
  expect(told([0.9, 0], 30_000)).toBe(true);
});
