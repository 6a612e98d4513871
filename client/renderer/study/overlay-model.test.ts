import type { FrameOverlays } from '@strata/protocol/overlays';
import { describe, expect, it, vi } from 'vitest';
import { OverlayModel } from './overlay-model.ts';
import type { Slice } from './stack.ts';

const plane = {
  group: '6000',
  label: '',
  rows: 1,
  columns: 1,
  origin: [1, 1],
  bits: Uint8Array.of(1),
} as const;
const found: FrameOverlays = { planes: [plane], problems: [] };

/** A slice of an object with so many planes; undefined where nobody counted them. */
function sliceWith(overlays: number | undefined): Slice {
  return { presentation: overlays === undefined ? {} : { overlays } } as Slice;
}

function modelOf(load: () => Promise<FrameOverlays>) {
  const asked = vi.fn(load);
  return { asked, model: new OverlayModel({ get: () => undefined, load: asked }) };
}

describe('overlays of the slice on the screen', () => {
  it('are asked for where there are some, and gone with the slice', async () => {
    const { asked, model } = modelOf(async () => found);
    model.show(sliceWith(0));
    expect(asked).not.toHaveBeenCalled();
    model.show(sliceWith(1));
    await expect.poll(() => model.overlays.value).toBe(found);
    model.show(null);
    expect(model.overlays.value.planes).toEqual([]);
  });

  it('are asked for where nobody counted them, but only when the slice is rested on', async () => {
    const { asked, model } = modelOf(async () => found);
    for (let slice = 0; slice < 50; slice++) model.show(sliceWith(undefined));
    await expect.poll(() => model.overlays.value).toBe(found);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('that cannot be had are told where there are some, and only there', async () => {
    const { asked, model } = modelOf(() => Promise.reject(new Error('the server answered 503')));
    model.show(sliceWith(2));
    await expect
      .poll(() => model.overlays.value.problems)
      .toEqual(['overlays cannot be shown: the server answered 503']);
    model.show(sliceWith(undefined));
    await expect.poll(() => asked.mock.calls.length).toBe(2);
    expect(model.overlays.value.problems).toEqual([]);
  });
});
