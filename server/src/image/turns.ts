// Whose turn it is to send: urgent bytes of anybody first, equals one after the other, and never much at a time.
import { CONNECTION_TURN, LOOP_TURN } from './limits.ts';

/** A connection that has something to send. */
export interface TurnTaker {
  /** The priority of what it would send next, 0 first; null when there is nothing, or it may not send now. */
  readonly urgency: number | null;
  /** Sends about `most` bytes. @returns what it cost, in bytes; 0 when it could do nothing */
  takeTurn(most: number): number;
}

/** Each so many turns, the one that has waited longest has it, so that the urgent cannot shut out the others. */
const PATIENCE = 4;

/** The order of turns, without a clock or an event loop. */
export class TurnOrder {
  /** Who waits, the longest first, and in which class. */
  readonly #waiting = new Map<TurnTaker, number>();
  readonly #classes = new Map<number, Set<TurnTaker>>();
  #turns = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** Puts it behind the others of its urgency; one that waits already keeps its place, or moves to a more urgent class. */
  add(taker: TurnTaker): void {
    const { urgency } = taker;
    if (urgency === null) return;
    const before = this.#waiting.get(taker);
    if (before !== undefined && before <= urgency) return;
    if (before !== undefined) this.#leaveClass(taker, before);
    this.#waiting.set(taker, urgency);
    const takers = this.#classes.get(urgency);
    if (takers) takers.add(taker);
    else this.#classes.set(urgency, new Set([taker]));
  }

  remove(taker: TurnTaker): void {
    const urgency = this.#waiting.get(taker);
    if (urgency === undefined) return;
    this.#waiting.delete(taker);
    this.#leaveClass(taker, urgency);
  }

  /** Takes out whose turn it is. */
  next(): TurnTaker | null {
    this.#turns = (this.#turns + 1) % PATIENCE;
    const waiting = this.#turns === 0 ? this.#waiting : this.#classes.get(Math.min(...this.#classes.keys()));
    const [taker] = waiting?.keys() ?? [];
    if (taker) this.remove(taker);
    return taker ?? null;
  }

  #leaveClass(taker: TurnTaker, urgency: number): void {
    const takers = this.#classes.get(urgency);
    takers?.delete(taker);
    if (takers?.size === 0) this.#classes.delete(urgency);
  }
}

/** Gives all connections of a server their turns; between some of them the event loop goes round. */
export class Turns {
  readonly #order = new TurnOrder();
  #scheduled: NodeJS.Immediate | null = null;

  /** It has something to send. */
  ask(taker: TurnTaker): void {
    this.#order.add(taker);
    if (this.#order.size > 0) this.#scheduled ??= setImmediate(this.#run);
  }

  /** It is gone. */
  leave(taker: TurnTaker): void {
    this.#order.remove(taker);
  }

  readonly #run = (): void => {
    this.#scheduled = null;
    for (let left = LOOP_TURN; left > 0; ) {
      const taker = this.#order.next();
      if (!taker) return;
      const cost = taker.takeTurn(CONNECTION_TURN);
      left -= cost;
      // Who could do nothing asks again when something has changed.
      if (cost > 0) this.#order.add(taker);
    }
    if (this.#order.size > 0) this.#scheduled = setImmediate(this.#run);
  };
}
