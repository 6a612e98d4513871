import { describe, expect, test } from 'vitest';
import { TurnOrder, Turns, type TurnTaker } from './turns.ts';

/** One that has so many bytes to send. */
class Waiting implements TurnTaker {
  readonly name: string;
  readonly priority: number;
  readonly #log: string[];
  left: number;

  constructor(name: string, priority: number, left: number, log: string[] = []) {
    this.name = name;
    this.priority = priority;
    this.left = left;
    this.#log = log;
  }

  get urgency(): number | null {
    return this.left > 0 ? this.priority : null;
  }

  takeTurn(most: number): number {
    const cost = Math.min(most, this.left);
    this.left -= cost;
    this.#log.push(this.name);
    return cost;
  }
}

function drain(order: TurnOrder): string[] {
  const names: string[] = [];
  for (let taker = order.next(); taker; taker = order.next()) names.push((taker as Waiting).name);
  return names;
}

describe('the order of turns', () => {
  test('the urgent go first, equals in the order in which they came', () => {
    const order = new TurnOrder();
    for (const [name, priority] of [
      ['late', 9],
      ['a', 0],
      ['b', 0],
    ] as const) {
      order.add(new Waiting(name, priority, 1));
    }
    expect(drain(order)).toEqual(['a', 'b', 'late']);
  });

  test('one that waits already and becomes urgent moves up, one that has nothing is left out', () => {
    const order = new TurnOrder();
    const first = new Waiting('first', 5, 1);
    const riser = { name: 'riser', urgency: 9, takeTurn: () => 0 };
    order.add(first);
    order.add(riser);
    riser.urgency = 0;
    order.add(riser);
    order.add(new Waiting('nothing', 0, 0));
    expect(drain(order)).toEqual(['riser', 'first']);
  });

  test('a crowd of urgent ones does not shut out who has waited longest', () => {
    const order = new TurnOrder();
    order.add(new Waiting('patient', 9, 1));
    for (let i = 0; i < 20; i++) order.add(new Waiting('urgent', 0, 1));
    expect(drain(order).indexOf('patient')).toBeLessThan(4);
  });

  test('who has left has no turn', () => {
    const order = new TurnOrder();
    const gone = new Waiting('gone', 0, 1);
    order.add(gone);
    order.remove(gone);
    order.remove(gone);
    expect(order.next()).toBeNull();
    expect(order.size).toBe(0);
  });
});

describe('turns of connections', () => {
  const untilIdle = () => new Promise((resolve) => setTimeout(resolve, 20));

  test('a huge series and a small one alternate: the small one is through long before', async () => {
    const log: string[] = [];
    const turns = new Turns();
    turns.ask(new Waiting('huge', 3, 100 * 2 ** 20, log));
    turns.ask(new Waiting('small', 3, 300 * 1024, log));
    await expect.poll(() => log.length).toBeGreaterThan(800);
    expect(log.lastIndexOf('small')).toBeLessThan(8);
  });

  test('the event loop goes round between turns', async () => {
    const log: string[] = [];
    const turns = new Turns();
    turns.ask(new Waiting('huge', 0, 100 * 2 ** 20, log));
    const seen: number[] = [];
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(log.length);
    }
    expect(seen).toEqual([16, 32, 48, 64, 80]);
  });

  test('one that can do nothing, though it has something to send, does not keep the loop busy', async () => {
    let asked = 0;
    const turns = new Turns();
    turns.ask({ urgency: 0, takeTurn: () => 0 * ++asked });
    await untilIdle();
    expect(asked).toBe(1);
  });
});
