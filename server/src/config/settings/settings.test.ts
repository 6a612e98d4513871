import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../../testing/test-files.ts';
import { parseSettings, readSettings } from './settings.ts';

const parse = (settings: unknown) => parseSettings(JSON.stringify(settings), '/etc/strata/settings.json');

it('has a default for everything', async () => {
  using scratch = scratchFolder();
  const { dicom, folder } = await readSettings(scratch.path, null);
  expect(folder).toBe(scratch.path);
  expect(dicom).toMatchObject({ aeTitle: 'STRATA', host: '127.0.0.1', peers: [], extraStorageClasses: [] });
  expect(dicom.port).toBeUndefined();
  expect(dicom.limits.associations).toBeGreaterThan(0);
  expect(dicom.timeouts.artim).toBeGreaterThan(0);
});

it('reads the settings of the data folder, or those that it is pointed to', async () => {
  using scratch = scratchFolder();
  writeFileSync(path.join(scratch.path, 'settings.json'), '{"dicom": {"aeTitle": "INSIDE"}}');
  const other = path.join(scratch.path, 'other.json');
  writeFileSync(other, '{"dicom": {"aeTitle": "OUTSIDE"}}');
  expect((await readSettings(scratch.path, null)).dicom.aeTitle).toBe('INSIDE');
  expect((await readSettings(scratch.path, other)).dicom.aeTitle).toBe('OUTSIDE');
});

it('names a settings file that is not there', async () => {
  using scratch = scratchFolder();
  const missing = path.join(scratch.path, 'missing.json');
  await expect(readSettings(scratch.path, missing)).rejects.toMatchObject({
    code: 'bad-settings',
    message: expect.stringContaining(missing),
  });
});

it('names every wrong and every unknown key with its path', () => {
  const bad = { dicom: { aeTitel: 'X', peers: [{ aeTitle: 'A\\B', host: 'h', port: 70_000 }] }, more: 1 };
  expect(() => parse(bad)).toThrow(/settings\.json/);
  expect(() => parse(bad)).toThrow(/aeTitel/);
  expect(() => parse(bad)).toThrow(/dicom\.peers\[0\]\.aeTitle: an AE title/);
  expect(() => parse(bad)).toThrow(/dicom\.peers\[0\]\.port/);
  expect(() => parse(bad)).toThrow(/more/);
});

it('names a rule whose peer nobody knows', () => {
  const rules = {
    forward: [{ name: 'all', to: { peer: 'ARCHVE' } }],
    prefetch: [{ name: 'priors', from: 'OLD' }],
  };
  expect(() => parse(rules)).toThrow(/forward\[0\]\.to\.peer: ARCHVE is not among dicom\.peers/);
  expect(() => parse(rules)).toThrow(/prefetch\[0\]\.from: OLD is not among/);
  const peers = ['ARCHVE', 'OLD'].map((aeTitle) => ({ aeTitle, host: 'h', port: 104 }));
  expect(parse({ ...rules, dicom: { peers } }).forward).toHaveLength(1);
});

it('says where a file stops being JSON', () => {
  expect(() => parseSettings('{"dicom": }', 'here.json')).toThrow(/here\.json are not JSON/);
});

it('takes spaces at the ends of an AE title for what they are, and refuses two peers of one title', () => {
  const peer = { aeTitle: ' PACS ', host: 'pacs', port: 104 };
  expect(parse({ dicom: { peers: [peer] } }).dicom.peers[0]?.aeTitle).toBe('PACS');
  expect(() => parse({ dicom: { peers: [peer, { ...peer, port: 105 }] } })).toThrow(/same AE title/);
});

it('has a pool of one with one disk, and refuses tiers that keep nothing and disks that are one', () => {
  const { pool, metadata } = parse({});
  expect(pool).toMatchObject({ site: 'main', replicas: 2, endpoints: [], tiers: [], lease: 5 });
  expect([pool.disks, pool.roles, metadata.url]).toEqual([undefined, undefined, undefined]);
  const tier = { olderThanDays: 30, replicas: 0 };
  expect(() => parse({ pool: { tiers: [tier] } })).toThrow(/pool\.tiers\[0\]: at least one copy/);
  expect(() => parse({ pool: { disks: [{ path: '/a' }, { path: '/a' }] } })).toThrow(/same path/);
  expect(() => parse({ pool: { endpoints: [{ url: 'http://x/' }] } })).toThrow(/a ws or wss address/);
});
