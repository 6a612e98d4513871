import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { storescu } from '../support/peers/dcmtk.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('full-disk');
// Only root may make a small disk; elsewhere the store's own tests stand for it.
const disk = path.join(folder, 'disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', disk]);
  remove();
});
const small = mounted ? it : it.skip;
const files = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));

small('a disk that fills during C-STORE is told as A700, and nothing half-stored remains', async () => {
  const data = path.join(disk, 'data');
  const server = await StrataProcess.start(data);
  const ballast = path.join(disk, 'ballast');
  spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']);
  truncateSync(ballast, statSync(ballast).size - 3 * 2 ** 20);

  const call = { port: server.dicomPort, options: ['-v', '-nh'] };
  const { stdout, stderr } = await storescu(call, files);
  const output = stdout + stderr;
  const stored = output.match(/Store Response \(Success\)/g)?.length ?? 0;
  const refused = output.match(/Store Response \(Refused: OutOfResources\)/g)?.length ?? 0;
  expect(stored + refused).toBe(files.length);
  expect(refused).toBeGreaterThan(0);

  rmSync(ballast);
  const verified = await strata('verify', '--data', data, '--deep', '--json');
  expect(verified.code, verified.stdout).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({ clean: true, instances: stored });
  expect(readdirSync(path.join(data, 'spool'))).toEqual([]);
  expect((await storescu(call, files)).stderr.match(/Store Response \(Success\)/g)).toHaveLength(
    files.length,
  );
  expect(await server.stop()).toBe(0);
});
