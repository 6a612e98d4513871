import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, loadCodec } from './codec.ts';

describe('the codec', () => {
  let codec: Codec;
  beforeAll(async () => {
    codec = await loadCodec();
  });

  it('refuses samples outside the bits of the format', () => {
    const format = { width: 2, height: 1, samples: 1, bits: 12, signed: false } as const;
    const digest = new Uint8Array(32);
    expect(() => codec.encode(Uint16Array.of(0, 4096), format, { digest })).toThrow('12 bits');
  });
});
