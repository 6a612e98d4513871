// Threads that write small files: one message there and back, where each of twenty system calls would be one.
import { Worker } from 'node:worker_threads';
import type { PlaceOrder } from './place-file.ts';
import type { PlaceReply } from './writer-thread.ts';

/** They wait for disks, not for processors; the system makes what they fsync at once durable together. */
const MOST_THREADS = 4;

interface Pending {
  readonly resolve: (placed: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** One thread with the orders that it has; started with the first, and started anew when it was lost. */
class Writer {
  #worker: Worker | null = null;
  #pending: Pending[] = [];

  get orders(): number {
    return this.#pending.length;
  }

  place(order: PlaceOrder): Promise<boolean> {
    const worker = this.#worker ?? this.#start();
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      worker.ref(); // the process must not end before the answer
      worker.postMessage(order);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./writer-thread.ts', import.meta.url));
    this.#worker = worker;
    worker.on('message', (reply: PlaceReply) => {
      const done = this.#pending.shift();
      if (this.#pending.length === 0) worker.unref();
      if ('placed' in reply) done?.resolve(reply.placed);
      else done?.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }));
    });
    worker.on('error', (error: Error) => this.#lost(error));
    worker.on('exit', () => this.#lost(new Error('the thread that writes blobs ended')));
    return worker;
  }

  #lost(error: Error): void {
    this.#worker = null;
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }
}

const writers: Writer[] = [];

/** `placeFile` in a thread. The parts are copied. @returns and throws what it does */
export function placeInThread(order: PlaceOrder): Promise<boolean> {
  let writer = writers.find(({ orders }) => orders === 0);
  if (!writer && writers.length < MOST_THREADS) {
    writer = new Writer();
    writers.push(writer);
  }
  writer ??= writers.reduce((least, each) => (each.orders < least.orders ? each : least));
  return writer.place(order);
}
