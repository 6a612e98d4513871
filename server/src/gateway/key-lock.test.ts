import { describe, expect, it } from 'vitest';
import { KeyLock } from './key-lock.ts';

describe('locks by name', () => {
  it('let one in at a time, in order, and others of another name at once', async () => {
    const locks = new KeyLock();
    const order: string[] = [];
    const use = async (name: string, who: string) => {
      const release = await locks.take(name);
      order.push(`${who} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${who} out`);
      release();
    };
    await Promise.all([use('a', '1'), use('a', '2'), use('b', '3'), use('a', '4')]);
    expect(order.filter((step) => !step.startsWith('3'))).toEqual([
      '1 in',
      '1 out',
      '2 in',
      '2 out',
      '4 in',
      '4 out',
    ]);
    expect(order.indexOf('3 in')).toBeLessThan(order.indexOf('2 in'));
  });

  it('are taken without waiting only where nobody has them', async () => {
    const locks = new KeyLock();
    const release = locks.tryTake('a');
    expect(locks.tryTake('a')).toBe(null);
    const next = locks.take('a');
    release?.();
    (await next)();
    expect(locks.tryTake('a')).not.toBe(null);
  });
});
