// Asking several servers: one after the other for a read, several at once for a write, never for ever.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AllFailed, hedged } from './hedged.ts';
import { putOnSeveral } from './put-on-several.ts';
import { Turns } from './turns.ts';

/** What a server does: answers or fails after a time, or hangs until it is called off. */
type Plan = { readonly at: number; readonly how: 'answers' | 'fails' } | 'hangs';

const plan: fc.Arbitrary<Plan> = fc.oneof(
  fc.record({ at: fc.nat({ max: 2000 }), how: fc.constantFrom('answers' as const, 'fails' as const) }),
  fc.constant('hangs' as const),
);

function act<T>(does: Plan, result: T, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    if (does === 'hangs') return;
    setTimeout(() => (does.how === 'answers' ? resolve(result) : reject(new Error('no'))), does.at);
  });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a hedged question', () => {
  it('has the first answer there can be, asks the next after a failure or a pause, and calls the rest off', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { maxLength: 5 }), async (plans) => {
        const open = new Set<number>();
        const overtaken: number[] = [];
        const asked = hedged(
          plans.map((does, id) => ({ does, id })),
          ({ does, id }, signal) => {
            open.add(id);
            signal.addEventListener('abort', () => open.delete(id));
            return act(does, id, signal);
          },
          { afterMs: 300, onOvertaken: ({ id }) => overtaken.push(id) },
        ).catch((error) => error);
        let settled = false;
        void asked.then(() => {
          settled = true;
        });
        await vi.advanceTimersByTimeAsync(20_000);
        const answers = plans.flatMap((does, id) => (does !== 'hangs' && does.how === 'answers' ? [id] : []));
        if (answers.length > 0) {
          const winner = await asked;
          expect(answers).toContain(winner);
          expect(open.size).toBe(0);
          for (const id of overtaken) expect(id).toBeLessThan(winner);
        } else if (plans.every((does) => does !== 'hangs')) {
          expect(await asked).toBeInstanceOf(AllFailed);
        } else {
          expect(settled).toBe(false); // each question has a bound of its own: see the wire
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is over at once when it is called off', async () => {
    const calling = new AbortController();
    const asked = hedged([1], (_, signal) => act('hangs', 1, signal), {
      afterMs: 300,
      signal: calling.signal,
    });
    calling.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await expect(hedged([1], async () => 1, { afterMs: 1, signal: calling.signal })).rejects.toThrow(
      'enough',
    );
  });
});

describe('a put on several servers', () => {
  it('is done when enough have the blob, each server once, and tells why the others have not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(plan, { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        async (plans, count) => {
          const begun: string[] = [];
          const targets = plans.map((does, id) => ({
            server: String(id),
            keep: (signal: AbortSignal) => {
              begun.push(String(id));
              return act(does, { server: String(id), disk: 'd', existed: false }, signal);
            },
          }));
          const putting = putOnSeveral(targets, count, {
            slowMs: 500,
            mayHedge: () => true,
            onOvertaken: () => undefined,
          });
          let result: Awaited<typeof putting> | null = null;
          void putting.then((end) => {
            result = end;
          });
          await vi.advanceTimersByTimeAsync(30_000);
          expect(new Set(begun).size).toBe(begun.length);
          const able = plans.filter((does) => does !== 'hangs' && does.how === 'answers').length;
          if (able < count && plans.includes('hangs')) return; // each put has a bound of its own: see the wire
          const { kept, failures } = result as unknown as Awaited<typeof putting>;
          expect(kept.length).toBe(Math.min(count, able));
          expect(new Set(kept.map(({ server }) => server)).size).toBe(kept.length);
          for (const { server } of kept) expect(failures.has(server)).toBe(false);
          if (kept.length < count) expect(failures.size).toBe(plans.length - able);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('starts no more than are wanted while all goes well', async () => {
    const begun: number[] = [];
    const targets = [0, 1, 2, 3].map((id) => ({
      server: String(id),
      keep: async () => {
        begun.push(id);
        return { server: String(id), disk: 'd', existed: false };
      },
    }));
    const rules = { slowMs: 500, mayHedge: () => true, onOvertaken: () => undefined };
    expect((await putOnSeveral(targets, 2, rules)).kept).toHaveLength(2);
    expect(begun).toEqual([0, 1]);
  });
});

describe('turns', () => {
  it('lets so many run at once, in order, and forgets who is called off while waiting', async () => {
    vi.useRealTimers();
    const turns = new Turns(2);
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const run = (id: number, signal?: AbortSignal) =>
      turns.run(async () => {
        begun.push(id);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (id === 1) throw new Error('failed');
        return id;
      }, signal);
    const calling = new AbortController();
    const all = [run(0), run(1), run(2, calling.signal), run(3)].map((each) =>
      each.catch((error) => error.message),
    );
    expect(turns.size).toBe(4);
    calling.abort(new Error('called off'));
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    expect(await all[1]).toBe('failed');
    expect(begun).toEqual([0, 1, 3]);
    for (const end of ends) end();
    expect(await Promise.all(all)).toEqual([0, 'failed', 'called off', 3]);
    expect(turns.size).toBe(0);
  });
});
