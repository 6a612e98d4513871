// The database's share of a machine's memory.
import { expect, it } from 'vitest';
import { memoryOfMachine, memorySettings } from './memory-settings.ts';

const GB = 2 ** 30;

it('the database takes an eighth of the memory for its cache, in bounds', () => {
  const of = (bytes: number) => memorySettings(bytes).shared_buffers;
  expect([of(GB / 2), of(16 * GB), of(512 * GB)]).toEqual(['128MB', '2048MB', '8192MB']);
  expect(memorySettings(16 * GB)).toMatchObject({ effective_cache_size: '8192MB', work_mem: '16MB' });
  expect(memoryOfMachine()).toBeGreaterThan(GB / 16);
});
