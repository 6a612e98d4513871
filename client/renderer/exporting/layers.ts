// What lies over the image in a viewport, taken from the page as pictures: overlays, shutters, drawings.
import type { ImagePlace } from '../viewport/stack-camera.ts';

/** Something to draw over the image. */
export interface Layer {
  readonly source: CanvasImageSource;
  /** Where it lies in the viewport: corner and size in CSS pixels, then moved by the matrix. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  readonly matrix: ImagePlace;
}

const unmoved: ImagePlace = [1, 0, 0, 1, 0, 0];

/**
 * The layers of a viewport, the lowest first.
 * @param marks whether measurements are among them
 * @param scale pixels of the picture for a CSS pixel: drawings are made so sharp
 */
export async function layersOf(
  root: HTMLElement,
  marks: 'with marks' | 'without marks',
  scale: number,
): Promise<Layer[]> {
  const selector = '.overlay-planes, [data-export="layer"], [data-export="marks"], svg.svg-layer';
  const layers: Layer[] = [];
  const found = [...root.querySelectorAll(selector)].sort(byHeight);
  for (const element of found) {
    const isMark = element.matches('svg.svg-layer, [data-export="marks"]');
    if (isMark && marks === 'without marks') continue;
    if (getComputedStyle(element).visibility === 'hidden') continue;
    if (element instanceof HTMLCanvasElement) layers.push(ofCanvas(element));
    if (element instanceof SVGSVGElement) layers.push(await ofDrawing(element, root, scale));
  }
  return layers;
}

/** Measurements are on top, wherever they stand in the page. */
function byHeight(a: Element, b: Element): number {
  const height = (element: Element) => (element.matches('svg.svg-layer') ? 1 : 0);
  return height(a) - height(b);
}

function ofCanvas(canvas: HTMLCanvasElement): Layer {
  const { transform } = getComputedStyle(canvas);
  const moved = transform === 'none' ? null : new DOMMatrixReadOnly(transform);
  const matrix: ImagePlace = moved ? [moved.a, moved.b, moved.c, moved.d, moved.e, moved.f] : unmoved;
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = canvas;
  return { source: canvas, box: [offsetLeft, offsetTop, offsetWidth, offsetHeight], matrix };
}

/** A drawing as it is, as a picture of many pixels. */
async function ofDrawing(drawing: SVGSVGElement, root: HTMLElement, scale: number): Promise<Layer> {
  const { width, height, left, top } = drawing.getBoundingClientRect();
  const around = root.getBoundingClientRect();
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(Math.max(1, width * scale)));
  copy.setAttribute('height', String(Math.max(1, height * scale)));
  if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.setAttribute('preserveAspectRatio', 'none');
  copy.removeAttribute('style');
  const text = new XMLSerializer().serializeToString(copy);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  return { source: image, box: [left - around.left, top - around.top, width, height], matrix: unmoved };
}
