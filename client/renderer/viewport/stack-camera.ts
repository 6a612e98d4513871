// Where and how large the image of a viewport lies: zoom, fit, turn, mirror, and its place on the screen.
import type { Types } from '@cornerstonejs/core';
import { type ImageEdge, wayToEdge } from './image-edge.ts';
import { type Pinch, type Point, panOf } from './pinch.ts';
import type { SliceGeometry } from './slice-geometry.ts';
import { type Turn, upright } from './turn.ts';

/** See `StackCamera.place`. */
export type ImagePlace = readonly [number, number, number, number, number, number];

/** Of the size that fits: fingers slip. */
const LEAST_ZOOM = 0.2;
const MOST_ZOOM = 40;

export class StackCamera {
  readonly #viewport: Types.IStackViewport;
  #turn: Turn = upright;

  constructor(viewport: Types.IStackViewport) {
    this.#viewport = viewport;
  }

  /** Fits the image into the viewport, turned as it is: centred, or with an edge of a slice at the viewport's. */
  fit(slice?: SliceGeometry, edge?: ImageEdge): void {
    this.#viewport.resetCamera();
    this.#applyTurn();
    if (slice && edge) this.#moveTo(slice, edge);
    this.#viewport.render();
  }

  /** Whether the image is as large as fits. */
  get isFitted(): boolean {
    return Math.abs(this.#viewport.getZoom() - 1) < 1e-3;
  }

  /** Turns and mirrors the image around the centre of the viewport. */
  turn(turn: Turn): void {
    this.#turn = turn;
    this.#applyTurn();
    this.#viewport.render();
  }

  /** Enlarges by a factor around the centre of the viewport. */
  zoomBy(factor: number): void {
    this.#viewport.setZoom(this.#viewport.getZoom() * factor);
    this.#viewport.render();
  }

  /** Enlarges and moves as two fingers do. @param size of the viewport in CSS pixels */
  pinch(pinch: Pinch, size: Point): void {
    const zoom = this.#viewport.getZoom();
    const to = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom * pinch.factor));
    this.#viewport.setZoom(to);
    const [dx, dy] = panOf({ ...pinch, factor: to / zoom }, size);
    const [x, y] = this.#viewport.getPan();
    this.#viewport.setPan([x + dx, y + dy]);
    this.#viewport.render();
  }

  /** Enlarges the image to so many CSS pixels a column, with a place of it (columns and rows) in the middle. */
  show(slice: SliceGeometry, [x, y]: readonly [number, number], scale: number): void {
    this.fit();
    this.#viewport.setZoom(this.#viewport.getZoom() * (scale / this.scale(slice)));
    const [a, b, c, d, e, f] = this.place(slice);
    const { clientWidth, clientHeight } = this.#viewport.canvas;
    const [dx, dy] = [clientWidth / 2 - (a * x + c * y + e), clientHeight / 2 - (b * x + d * y + f)];
    const [left, top] = this.#viewport.getPan();
    this.#viewport.setPan([left + dx, top + dy]);
    this.#viewport.render();
  }

  /** CSS pixels per image pixel along a row of the slice on the screen. */
  scale(slice: SliceGeometry): number {
    const [a, b] = this.place(slice);
    return Math.hypot(a, b);
  }

  /**
   * Where a slice lies: the six numbers of a CSS matrix from pixels of the image (0, 0 at its upper left corner) to CSS
   * pixels of the viewport.
   */
  place(slice: SliceGeometry): ImagePlace {
    const { position, rowCosines, columnCosines, spacing, columns, rows } = slice;
    // The position is that of the middle of the first pixel.
    const at = (column: number, row: number): Types.Point2 => {
      const along = (axis: 0 | 1 | 2) =>
        position[axis] +
        rowCosines[axis] * (column - 0.5) * spacing[1] +
        columnCosines[axis] * (row - 0.5) * spacing[0];
      return this.#viewport.worldToCanvas([along(0), along(1), along(2)]);
    };
    const [origin, right, below] = [at(0, 0), at(columns, 0), at(0, rows)];
    return [
      (right[0] - origin[0]) / columns,
      (right[1] - origin[1]) / columns,
      (below[0] - origin[0]) / rows,
      (below[1] - origin[1]) / rows,
      ...origin,
    ];
  }

  #moveTo(slice: SliceGeometry, edge: ImageEdge): void {
    const { clientWidth, clientHeight } = this.#viewport.canvas;
    const size = [slice.columns, slice.rows] as const;
    const [dx, dy] = wayToEdge(edge, this.place(slice), size, [clientWidth, clientHeight]);
    const [left, top] = this.#viewport.getPan();
    this.#viewport.setPan([left + dx, top + dy]);
  }

  #applyTurn(): void {
    const { rotation, mirrored } = this.#turn;
    this.#viewport.setViewPresentation({ rotation, flipHorizontal: mirrored, flipVertical: false });
  }
}
