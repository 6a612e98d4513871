import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaults, parseDesktopSettings, readDesktopSettings } from './desktop-settings.ts';

const parse = (value: unknown) => parseDesktopSettings(JSON.stringify(value), 'desktop.json');

describe('the settings of the desktop program', () => {
  it('name servers as people write them', () => {
    const { servers } = parse({
      servers: ['https://images.example.org', 'http://127.0.0.1:4280/', 'wss://b:8443/stream'],
    });
    expect(servers).toEqual([
      'wss://images.example.org/stream',
      'ws://127.0.0.1:4280/stream',
      'wss://b:8443/stream',
    ]);
  });

  it('are those of this computer when nothing is configured', async () => {
    expect(await readDesktopSettings('/nowhere/desktop.json')).toEqual(defaults);
    expect(parse({})).toEqual(defaults);
  });

  it('are read from their file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'strata-desktop-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'desktop.json');
    writeFileSync(
      file,
      '{ "site": "north", "cacheGiB": 0, "updates": "https://updates.example.org/strata" }',
    );
    const { site, cacheBytes, updates } = await readDesktopSettings(file);
    expect([site, cacheBytes, updates]).toEqual(['north', 0, 'https://updates.example.org/strata']);
  });

  it.each([
    [{ servers: ['images'] }, /servers: "images" is no address of a server; write "https:/],
    [{ servers: ['ftp://images'] }, /is no address/],
    [{ servers: ['https://user:secret@images'] }, /is no address/],
    [{ server: [] }, /"server" is no setting; there are servers, site/],
    [{ cacheGiB: -1 }, /cacheGiB is a number/],
    [{ updates: 'http://updates' }, /updates is an https/],
    [[], /write an object/],
  ])('say what is wrong with %j', (value, words) => expect(() => parse(value)).toThrow(words));

  it('say that they are no JSON', () => {
    expect(() => parseDesktopSettings('{', 'C:\\desktop.json')).toThrow(/^C:\\desktop.json: no JSON/);
  });
});
