import { expect, it } from 'vitest';
import { checksum } from './checksum.ts';
import { crc32c } from './crc32c.ts';
import { compileKernels, Kernels } from './kernels.ts';

it.each([0, 1, 15, 1000, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20 - 7])(
  'the kernels give the CRC-32C of %i bytes',
  async (length) => {
    const bytes = new Uint8Array(length).map((_, at) => Math.imul(at, 2_654_435_761) >>> 13);
    expect(checksum(new Kernels(await compileKernels()), bytes)).toBe(crc32c(bytes));
  },
);
