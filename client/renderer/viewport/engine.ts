// The one rendering engine that all viewports of the page share.
import { init, RenderingEngine } from '@cornerstonejs/core';
import { startTools } from './tools.ts';

export const engineId = 'strata';
/** Names the viewport that was warmed up with (`warm-up.ts`), for those who walk through all. */
export const warmId = 'strata-warm';
let engine: RenderingEngine | null = null;

/** The engine, started when first asked for. */
export function renderingEngine(): RenderingEngine {
  if (!engine) {
    init({ rendering: { webGlContextCount: 1 }, debug: {} });
    startTools();
    engine = new RenderingEngine(engineId);
  }
  return engine;
}

/** What happens to a viewport when sizes change. */
export interface Resizable {
  /** Whether the image fills the viewport and should go on doing so. */
  isFitted(): boolean;
  fit(): void;
  resized(): void;
}

const resizables = new Set<Resizable>();
let scheduled = false;

/** Takes part in changes of size. @returns the function that ends it */
export function joinResizing(view: Resizable): () => void {
  resizables.add(view);
  return () => resizables.delete(view);
}

/** A viewport has another size: brings all in step, once for however many change together. */
export function resizeSoon(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    const fitted = new Set([...resizables].filter((view) => view.isFitted()));
    // Cornerstone resizes all viewports together, and would set all cameras back.
    renderingEngine().resize(true, true);
    for (const view of resizables) {
      if (fitted.has(view)) view.fit();
      view.resized();
    }
  });
}
