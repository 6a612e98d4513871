import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scratchFolder } from '../../testing/test-files.ts';
import { MemoryBudget } from './memory-budget.ts';
import { ReceivedFile } from './received-file.ts';

const head = Uint8Array.of(1, 2, 3, 4);
const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => at * 7);

async function receive(file: ReceivedFile): Promise<void> {
  for (let at = 0; at < bytes.length; at += 16_000) await file.write(bytes.subarray(at, at + 16_000));
}

const whole = Buffer.concat([head, bytes]);

it.each([1000, 300_000, 2 ** 20])('puts a file together that was guessed to have %i bytes', async (guess) => {
  using scratch = scratchFolder();
  const budget = new MemoryBudget(2 ** 22);
  const file = new ReceivedFile(head, guess, { spool: scratch.path, budget });
  await receive(file);
  expect(file.length).toBe(whole.length);
  expect(Buffer.compare(await file.finish(), whole)).toBe(0);
  expect(budget.tryTake(2 ** 22)).toBe(true);
  expect(readdirSync(scratch.path)).toEqual([]);
});

it('goes to disk when there is no memory left, and leaves nothing there', async () => {
  using scratch = scratchFolder();
  const budget = new MemoryBudget(50_000);
  const file = new ReceivedFile(head, 40_000, { spool: scratch.path, budget });
  await receive(file);
  expect(readdirSync(scratch.path)).toHaveLength(1);
  expect(budget.tryTake(50_000)).toBe(true);
  expect(Buffer.compare(await file.finish(), whole)).toBe(0);
  expect(readdirSync(scratch.path)).toEqual([]);
});

it('takes the rest and says so in the end when it can be written nowhere', async () => {
  const file = new ReceivedFile(head, 1000, { spool: '/nowhere/at/all', budget: new MemoryBudget(0) });
  await receive(file);
  await expect(file.finish()).rejects.toMatchObject({ code: 'ENOENT' });
});

it('leaves nothing when its association breaks', async () => {
  using scratch = scratchFolder();
  const budget = new MemoryBudget(50_000);
  const file = new ReceivedFile(head, 40_000, { spool: scratch.path, budget });
  await receive(file);
  file.discard();
  await expect.poll(() => readdirSync(scratch.path)).toEqual([]);
  expect(budget.tryTake(50_000)).toBe(true);
});
