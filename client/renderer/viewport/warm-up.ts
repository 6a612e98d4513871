// Draws once out of sight before there is a study: the context, its programs and the code behind them are then ready.
import { Enums, type Types } from '@cornerstonejs/core';
import { renderingEngine, warmId } from './engine.ts';
import { imageIdOf } from './image-id.ts';
import { registerImages, withLoader } from './image-metadata.ts';
import type { SliceGeometry } from './slice-geometry.ts';
import { cornerstoneImage, type SlicePixels } from './slice-image.ts';
import { StackLoader } from './stack-loader.ts';

const side = 16;
const geometry: SliceGeometry = {
  ...{ columns: side, rows: side, spacing: [1, 1], calibrated: false, position: [0, 0, 0] },
  ...{ rowCosines: [1, 0, 0], columnCosines: [0, 1, 0] },
};
/** One of each kind that has a program of its own. */
const kinds: readonly SlicePixels[] = [
  { values: new Int16Array(side * side), components: 1, range: [0, 1] },
  { values: new Uint8Array(side * side * 3), components: 3, range: [0, 255] },
];
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/**
 * Shows an image of each kind. The viewport stays, without a size, so that nothing draws it again: the renderer has no use
 * for its context without one, and lets go of what was made with it.
 */
export async function warmUp(): Promise<void> {
  const element = document.createElement('div');
  // As large as any viewport will be: giving the context another size takes longer than all else.
  element.style.cssText = 'position:fixed;left:-100vw;top:0;width:100vw;height:100vh;pointer-events:none';
  element.setAttribute('aria-hidden', 'true');
  document.body.append(element);
  const engine = renderingEngine();
  engine.enableElement({
    viewportId: warmId,
    type: Enums.ViewportType.STACK,
    element,
    defaultOptions: { background: [0, 0, 0], suppressEvents: true },
  });
  const viewport = engine.getViewport(warmId) as Types.IStackViewport;
  for (const [at, pixels] of kinds.entries()) {
    const id = imageIdOf(warmId, at + 1);
    const forget = registerImages('OT', [{ id, geometry }]);
    const loader = new StackLoader(() => {});
    await withLoader(loader, () => viewport.setStack([id]));
    loader.deliver(cornerstoneImage(id, geometry, pixels, { centre: 0, width: 2 }, 'LINEAR'));
    viewport.setProperties({ voiRange: { lower: 0, upper: 1 } });
    viewport.render();
    await frame();
    await frame();
    StackLoader.forget([id]);
    forget();
  }
  element.style.display = 'none';
}
