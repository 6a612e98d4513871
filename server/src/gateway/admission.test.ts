import { describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';

/** Enters and remembers it; `leave` may be called once it is in. */
function entering(gate: Admission, bytes: number) {
  const entry: { inside: boolean; leave: () => void } = { inside: false, leave: () => undefined };
  void gate.enter(bytes).then((leave) => Object.assign(entry, { inside: true, leave }));
  return entry;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('admission', () => {
  it('lets in as many files as may be inside, then the next when one leaves', async () => {
    const gate = new Admission(2, 1000);
    const files = [entering(gate, 1), entering(gate, 1), entering(gate, 1)];
    await settle();
    expect(files.map(({ inside }) => inside)).toEqual([true, true, false]);
    files[0]?.leave();
    await settle();
    expect(files[2]?.inside).toBe(true);
  });

  it('counts bytes, and lets a file larger than all go in alone', async () => {
    const gate = new Admission(10, 100);
    const [small, large, next] = [entering(gate, 60), entering(gate, 5000), entering(gate, 1)];
    await settle();
    expect([small.inside, large.inside, next.inside]).toEqual([true, false, false]);
    small.leave();
    await settle();
    expect([large.inside, next.inside]).toEqual([true, false]);
    large.leave();
    await settle();
    expect(next.inside).toBe(true);
  });

  it('refuses the waiting and the late when it closes, and waits for those inside', async () => {
    const gate = new Admission(1, 100);
    const inside = entering(gate, 1);
    const waiting = gate.enter(1);
    await settle();
    let closed = false;
    const closing = gate.close(60_000).then(() => {
      closed = true;
    });
    await expect(waiting).rejects.toMatchObject({ code: 'stopping' });
    await expect(gate.enter(1)).rejects.toMatchObject({ code: 'stopping' });
    expect(closed).toBe(false);
    inside.leave();
    await closing;
  });
});
