// The way to the viewport's large script (Cornerstone3D, vtk.js): fetched when first needed, or before, when idle.
import { prepareDecodePool } from '../decoding/start-pool.ts';
import { memoryOfPage } from '../loading/memory-shares.ts';

/** Fetches the viewport's module. */
export function loadViewport(): Promise<typeof import('./stack-view.ts')> {
  return import('./stack-view.ts');
}

/** Fetches what shows volumes; of the same script. */
export function loadVolumeViews(): Promise<typeof import('./volume-views.ts')> {
  return import('./volume-views.ts');
}

/** Fetches what lists and changes what is drawn; of the same script. */
export function loadDrawing(): Promise<typeof import('./annotations.ts')> {
  return import('./annotations.ts');
}

/** Fetches what lists what is drawn in planes; of the same script. */
export function loadPlaneDrawing(): Promise<typeof import('./plane-annotations.ts')> {
  return import('./plane-annotations.ts');
}

/**
 * Fetches it, has the renderer draw once, and starts the workers that decode, while nothing else is to be done, so that the first
 * study opens at once. A failure shows when it is needed.
 */
export function preloadViewport(): void {
  const prepare = async () => {
    prepareDecodePool(memoryOfPage().states);
    await loadViewport();
    const { warmUp } = await import('./warm-up.ts');
    const start = () => warmUp().finally(() => performance.mark('strata.prepared'));
    requestIdleCallback(() => void start().catch(() => {}), { timeout: 5000 });
  };
  requestIdleCallback(() => void prepare().catch(() => {}), { timeout: 5000 });
}
