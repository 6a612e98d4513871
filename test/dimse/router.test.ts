// The same images by two ways, one of which writes them anew: a router that compresses, decompresses or changes the byte order.
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { storescu } from '../support/peers/dcmtk.ts';
import { type Program, runProgram } from '../support/peers/program.ts';
import { Archive, part10, readObject, sameObject } from './archive.ts';

const [original = ''] = dataFiles('series/ct-ge');
let archive: Archive;

beforeAll(async () => {
  archive = await Archive.start();
  expect(await storescu(archive.call, [original])).toMatchObject({ code: 0 });
});
afterAll(() => archive?.[Symbol.asyncDispose]());

async function routed(tool: Program, ...args: string[]): Promise<string> {
  const file = path.join(archive.folder, `${tool}${args.join('')}.dcm`);
  expect(await runProgram(tool, [...args, original, file])).toMatchObject({ code: 0 });
  return file;
}

async function send(file: string, ...options: string[]): Promise<string> {
  const { stdout, stderr } = await storescu({ ...archive.call, options: ['-v', ...options] }, [file]);
  return /Received Store Response \((.*)\)/.exec(stdout + stderr)?.[1] ?? stderr;
}

const quarantined = async () =>
  ((await (await fetch(`${archive.strata.url}/admin/quarantine`)).json()) as { entries: unknown[] }).entries;

it.each([
  ['implicit little endian', () => routed('dcmconv', '+ti'), '-xi'],
  ['big endian', () => routed('dcmconv', '+tb'), '-xb'],
  ['deflated', () => routed('dcmconv', '+td'), '-xd'],
  ['RLE', () => routed('dcmcrle'), '-xr'],
  ['JPEG-LS without loss', () => routed('dcmcjpls', '+el'), '-xt'],
  ['JPEG without loss', () => routed('dcmcjpeg', '+e1'), '-xs'],
] as const)('an image is known again in %s', async (_name, make, option) => {
  expect(await send(await make(), option)).toBe('Success');
  expect(await quarantined()).toEqual([]);
  const stored = await archive.file(readObject(original).sopInstanceUid);
  expect(stored && sameObject(part10(stored), readObject(original))).toBe(true);
});

it('an image whose pixels or elements differ is refused and kept aside', async () => {
  const lossy = await routed('dcmcjpeg', '+eb', '+un');
  expect(await send(lossy, '-xy')).not.toBe('Success');
  const renamed = path.join(archive.folder, 'renamed.dcm');
  copyFileSync(original, renamed);
  await runProgram('dcmodify', ['-nb', '-m', '(0010,0010)=Else^Some', renamed]);
  expect(await send(renamed)).not.toBe('Success');
  expect(await quarantined()).toHaveLength(2);
});
