import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { crc32cCombine } from './crc32c-combine.ts';

it('the checksums of two pieces give that of both, one after the other', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array({ maxLength: 3000 }), (first, second) => {
      const both = crc32c(second, crc32c(first));
      expect(crc32cCombine(crc32c(first), crc32c(second), second.length)).toBe(both);
    }),
  );
});

it('also for pieces of many megabytes', () => {
  const zeros = new Uint8Array(40_000_003);
  const first = Uint8Array.of(1, 2, 3);
  expect(crc32cCombine(crc32c(first), crc32c(zeros), zeros.length)).toBe(crc32c(zeros, crc32c(first)));
});
