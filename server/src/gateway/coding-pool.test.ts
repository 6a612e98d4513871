import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { testBytes, testFile, testNames } from '../testing/test-files.ts';
import { CodingPool } from './coding-pool.ts';

const pool = new CodingPool(() => undefined);
afterAll(() => pool.close());

describe('coding in worker threads', () => {
  it('codes many files at once and gives each back byte for byte', async () => {
    const names = testNames('series/ct-ge').slice(0, 8);
    const coded = await Promise.all(
      names.map((name) => pool.withFile(testBytes(name), (taken) => taken.code())),
    );
    for (const [index, name] of names.entries()) {
      const one = coded[index]?.coded;
      const { file } = await pool.rebuild({
        object: Buffer.concat(one?.objectParts ?? []),
        frames: one?.frames ? Buffer.concat(one.frames.parts) : null,
        frameDigests: one?.frames?.digests ?? null,
      });
      expect(Buffer.compare(file, readFileSync(testFile(name))), name).toBe(0);
    }
  });

  it('gives a file back that is not to be coded', async () => {
    const name = 'odd/pydicom/rtplan.dcm';
    const file = await pool.withFile(testBytes(name), (taken) => taken.giveBack());
    expect(Buffer.compare(file, readFileSync(testFile(name)))).toBe(0);
  });

  it('refuses with the reason of the reader and takes the next file', async () => {
    const text = new TextEncoder().encode('this is a text file, whatever its name says');
    await expect(pool.withFile(text, (taken) => taken.code())).rejects.toMatchObject({ code: 'not-dicom' });
    await expect(pool.withFile(new Uint8Array(0), (taken) => taken.code())).rejects.toMatchObject({
      code: 'not-dicom',
    });
    const { coded } = await pool.withFile(testBytes('odd/pydicom/test-SR.dcm'), (taken) => taken.code());
    expect(coded.frames).toBeNull();
  });

  it('keeps a file whole, without frames, when its decoder takes the worker with it', async () => {
    const lost: string[] = [];
    const script = new URL('../testing/decoder-crash-worker.ts', import.meta.url);
    const crashing = new CodingPool((error) => lost.push(error.code), script);
    const name = 'odd/pydicom/MR_small_RLE.dcm';
    const { coded, file } = await crashing
      .withFile(testBytes(name), (taken) => taken.code())
      .finally(() => crashing.close());
    expect(lost).toEqual(['worker-crashed']);
    expect(Buffer.compare(file, readFileSync(testFile(name)))).toBe(0);
    expect(coded.frames).toBeNull();
    expect(coded.attributes.instance.presentation.unshown).toMatch(/cannot be decoded.*ended its worker/);
  });
});
