import { expect, test } from 'vitest';
import { defaultMemory, memoryOfSetting, memoryShares } from './memory-shares.ts';

test('the memory for images is shared out within bounds, but for what is needed beside them', () => {
  for (const total of [0, 2 ** 28, defaultMemory, 2 ** 40]) {
    const { coded, states, pixels } = memoryShares(total);
    expect(coded + states + pixels).toBe((13 / 16) * Math.max(2 ** 28, Math.min(2 ** 34, total)));
  }
});

test('a setting names it in MiB; what is no number is the default', () => {
  expect(memoryOfSetting('2048')).toBe(2 ** 31);
  for (const setting of [null, '', 'much', '-5', 'Infinity'])
    expect(memoryOfSetting(setting)).toBe(defaultMemory);
});
