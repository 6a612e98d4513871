// One frame as an encoded image: its pixels from the gateway, the rest in a presenting worker.
import { pixelBytes } from '@strata/codec/format';
import type { InstanceRecord } from '@strata/metadata/records';
import type { Serving } from '../parts.ts';
import type { RenderOptions, ShownAs } from '../rendering/render-request.ts';

const PLAIN: ShownAs = {
  photometric: '',
  windows: [],
  voiFunction: '',
  rescale: null,
  pixelPadding: null,
  pixelSpacing: null,
  pixelAspectRatio: null,
  palette: null,
};

/** @param frame from 0 @throws StoreError, WorkerError, RefusedError */
export async function renderFrame(
  { gateway, presenting, outgoing }: Serving,
  record: InstanceRecord,
  frame: number,
  options: RenderOptions,
): Promise<Uint8Array> {
  const shownAs = { ...PLAIN, ...(record.instance.presentation as Partial<ShownAs> | null) };
  // Full size, as shown: three bytes a pixel at most, and the samples themselves.
  const { width = 0, height = 0, samples = 1 } = record.format ?? {};
  const leave = await outgoing.enter(width * height * (3 + 2 * samples));
  try {
    const level = await gateway.pixels(record, frame, neededSide(shownAs, options));
    return await presenting.render({
      bytes: pixelBytes(level.pixels),
      width: level.width,
      height: level.height,
      // Of the whole frame.
      format: level.format,
      frame,
      shownAs,
      dataSet: await gateway.dataSet(record),
      options,
    });
  } finally {
    leave();
  }
}

/** A smaller level does for a small picture; but the average of two palette indices is none. */
function neededSide({ palette, pixelPadding }: ShownAs, { viewport }: RenderOptions): number {
  if (viewport === null || viewport.region !== null || palette || pixelPadding)
    return Number.POSITIVE_INFINITY;
  return Math.max(viewport.width, viewport.height);
}
