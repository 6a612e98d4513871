// Where Strata does not start or a command does not do all that was asked: what it says, and with which exit code.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('refusals');
const disk = path.join(folder, 'small-disk');
afterAll(() => {
  spawnSync('umount', ['-l', disk]);
  remove();
});

describe('strata start', () => {
  it('refuses to listen beyond this machine and says why', async () => {
    const ran = await strata('start', '--data', path.join(folder, 'open'), '--host', '0.0.0.0');
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/no sign-in/);
  });

  it('names an unwritable data folder', async () => {
    // Root may write everywhere, but not below a file.
    const unwritable = path.join(folder, 'unwritable');
    if (process.getuid?.() === 0) writeFileSync(unwritable, '');
    else chmodSync(mkdirSync(unwritable, { recursive: true }) ?? unwritable, 0o500);
    const ran = await strata('start', '--data', path.join(unwritable, 'data'));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(path.join(unwritable, 'data'));
    expect(ran.stderr).toMatch(/--data/);
  });

  it('refuses a second time on the same folder, and a taken port', async () => {
    const data = path.join(folder, 'twice');
    const server = await StrataProcess.start(data);
    const second = await strata('start', '--data', data, '--port', '0');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(server.url);
    const port = new URL(server.url).port;
    const third = await strata('start', '--data', path.join(folder, 'thrice'), '--port', port);
    expect(third.code).toBe(1);
    expect(third.stderr).toContain(`Port ${port}`);
    expect(await server.stop()).toBe(0);
  });
});

describe('commands', () => {
  it.each([
    ['studies', '--data', path.join(folder, 'nowhere')],
    ['get', '1.2.3', '--level', '0', '--out', folder, '--data', path.join(folder, 'nowhere')],
    ['export', '1.2.3', '--out', folder, '--data', path.join(folder, 'nowhere')],
    ['verify', '--data', path.join(folder, 'nowhere')],
  ])('strata %s says that there is no data folder', async (...args) => {
    const ran = await strata(...args);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(`There is no data folder at ${path.join(folder, 'nowhere')}`);
  });

  it('get and export name a UID that is not stored', async () => {
    const data = path.join(folder, 'small');
    await strata('import', '--data', data, ...dataFiles('series/ct-ge').slice(0, 1));
    for (const args of [
      ['get', '1.2.3', '--level', '0', '--out', folder],
      ['export', '1.2.3', '--out', folder],
    ]) {
      const ran = await strata(...args, '--data', data);
      expect(ran, ran.stderr).toMatchObject({ code: 1, stdout: '' });
      expect(ran.stderr).toMatch(/1\.2\.3/);
      expect(ran.stderr).not.toMatch(/ {4}at /);
    }
  });

  it.each([
    [[]],
    [['nothing']],
    [['import']],
    [['get', '1.2.3', '--level', 'two', '--out', folder]],
    [['start', '--port', '70000']],
    [['studies', '--from', 'yesterday']],
  ])('%j is answered with help and an exit code', async (args) => {
    const ran = await strata(...args);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(/help|Usage/i);
  });

  it.each(['start', 'import', 'studies', 'get', 'export', 'verify', 'echo', 'send', 'codec'])(
    '%s has a help with examples',
    async (command) => {
      const ran = await strata(command, '--help');
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(command === 'codec' ? /encode/ : /Examples:\n {2}strata/);
    },
  );
});

describe('a full disk', () => {
  // Only root may make a small disk; elsewhere the store's own tests stand for it.
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=90m', 'tmpfs', disk]).status === 0;

  const small = mounted ? it : () => undefined;
  small('is told file by file, loses nothing acknowledged, and heals when there is space again', async () => {
    const data = path.join(disk, 'data');
    const server = await StrataProcess.start(data);
    const ballast = path.join(disk, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']);
    truncateSync(ballast, statSync(ballast).size - 3 * 2 ** 20);

    const files = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));
    const ran = await strata('import', '--data', data, '--json', ...files);
    const report = JSON.parse(ran.stdout);
    expect(ran.code).toBe(1);
    expect(report.stored + report.refused).toBe(files.length);
    expect(report.refused).toBeGreaterThan(0);
    const codes = new Set(report.files.flatMap(({ code }: { code?: string }) => code ?? []));
    expect([...codes]).toEqual(['no-space']);

    rmSync(ballast);
    expect((await strata('verify', '--data', data, '--deep')).code).toBe(0);
    const again = await strata('import', '--data', data, '--json', ...files);
    expect(again.code, again.stdout).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ stored: report.refused, already: report.stored });
    expect(await server.stop()).toBe(0);
  });
});
