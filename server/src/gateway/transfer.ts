// Finds the buffers of a message that can move to another thread instead of being copied.

/** Anything larger than this is worth moving. */
const WORTH_MOVING = 4096;

/**
 * The message, ready to post: arrays that are a small part of a large or shared buffer are replaced by copies, so that
 * nothing drags a pool along; the buffers of all others are listed for transfer.
 */
export function movable<Message>(message: Message): { message: Message; transfer: ArrayBuffer[] } {
  const used = new Map<ArrayBufferLike, number>();
  visit(message, (array) => {
    used.set(array.buffer, (used.get(array.buffer) ?? 0) + array.byteLength);
    return array;
  });
  const moves = (array: Uint8Array) =>
    array.buffer instanceof ArrayBuffer &&
    array.buffer.byteLength >= WORTH_MOVING &&
    (used.get(array.buffer) ?? 0) >= array.buffer.byteLength / 2 &&
    !isPool(array);
  const transfer = new Set<ArrayBuffer>();
  const ready = visit(message, (array) => {
    if (!moves(array)) return new Uint8Array(array);
    transfer.add(array.buffer as ArrayBuffer);
    return array;
  });
  return { message: ready as Message, transfer: [...transfer] };
}

/** Small Node buffers share one allocation, which must stay where it is. */
function isPool(array: Uint8Array): boolean {
  return array.buffer.byteLength === Buffer.poolSize && array.byteLength < Buffer.poolSize;
}

function visit(value: unknown, each: (array: Uint8Array) => Uint8Array): unknown {
  if (value instanceof Uint8Array) return each(value);
  if (Array.isArray(value)) return value.map((item) => visit(item, each));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, each)]));
}
