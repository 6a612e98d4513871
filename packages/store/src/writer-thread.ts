// The thread around `placeFile`: answers each order with one reply, in their order.
import { parentPort } from 'node:worker_threads';
import { type PlaceOrder, placeFile } from './place-file.ts';

/** Errors lose their code on the way between threads. */
export type PlaceReply =
  | { readonly placed: boolean }
  | { readonly error: { readonly message: string; readonly code: string | undefined } };

function answer(order: PlaceOrder): PlaceReply {
  try {
    return { placed: placeFile(order) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { error: { message, code } };
  }
}

parentPort?.on('message', (order: PlaceOrder) => parentPort?.postMessage(answer(order)));
