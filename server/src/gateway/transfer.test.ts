import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { movable } from './transfer.ts';

/** Posts as the workers do. @returns what arrives at the other side */
function post<Message>(message: Message): Message {
  const { port1, port2 } = new MessageChannel();
  const ready = movable(message);
  port1.postMessage(ready.message, ready.transfer);
  const received = receiveMessageOnPort(port2)?.message;
  port1.close();
  return received;
}

describe('moving a message to another thread', () => {
  it('moves large arrays, also when several lie in one buffer', () => {
    const buffer = new Uint8Array(10_000).fill(7).buffer;
    const parts = [new Uint8Array(buffer, 0, 4000), new Uint8Array(buffer, 4000, 6000)];
    const received = post({ deep: { parts }, text: 'as it was' });
    expect(buffer.byteLength).toBe(0);
    expect(received.text).toBe('as it was');
    expect(received.deep.parts.map((part) => part.length)).toEqual([4000, 6000]);
    expect(received.deep.parts.every((part) => part.every((byte) => byte === 7))).toBe(true);
  });

  it('copies a small view of a large buffer, so that the rest stays', () => {
    const large = new Uint8Array(100_000).fill(1);
    const received = post({ part: large.subarray(10, 5010) });
    expect(large.length).toBe(100_000);
    expect(received.part).toEqual(new Uint8Array(5000).fill(1));
    expect(received.part.buffer.byteLength).toBe(5000);
  });

  it('leaves the pool of small Node buffers where it is', () => {
    const neighbour = Buffer.from('stays');
    const received = post({ digest: Buffer.from('a digest') });
    expect(Buffer.from(received.digest).toString()).toBe('a digest');
    expect(neighbour.toString()).toBe('stays');
  });
});
