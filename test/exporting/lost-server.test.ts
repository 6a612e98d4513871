// An archive is made by a server that holds only some of the images, and goes on when one of the others is lost.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readPart10 } from '@strata/dicom/part10';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { Pool } from '../support/pool.ts';
import { temporaryFolder } from '../support/strata.ts';
import { fetchAndUnpack, readFileSet } from './read-archive.ts';

const files = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));
const { folder, remove } = temporaryFolder('lost-server');
let pool: Pool | undefined;

beforeAll(async () => {
  pool = await Pool.start(3);
  const ran = await pool.server(0).run('import', '--json', ...files);
  expect(ran.code, ran.stdout.slice(0, 2000) + ran.stderr).toBe(0);
});
afterAll(async () => {
  await pool?.close();
  remove();
});

it('holds every file although a server with copies was killed while it was made', {
  timeout: 90_000,
}, async () => {
  if (!pool) throw new Error('The pool was not started.');
  const [first = ''] = files;
  const { study } = readPart10(readFileSync(first)).attributes;
  const address = `${pool.server(2).url}/gateway/studies/${study.uid}/zip?viewer=no`;
  const [out] = await Promise.all([fetchAndUnpack(address, folder), pool.server(0).kill()]);
  const sent = new Map(files.map((file) => [readPart10(readFileSync(file)).attributes.instance.uid, file]));
  const listed = await readFileSet(path.join(out, 'DICOMDIR'));
  expect(listed).toHaveLength(files.length);
  for (const [uid, file] of listed) {
    expect(readFileSync(file).equals(readFileSync(sent.get(uid) as string)), uid).toBe(true);
  }
});
