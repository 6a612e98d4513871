// Where a slice lies in space and how large its pixels are, with sound defaults where the file is silent.

/** What Cornerstone needs to place one image. Millimetres, patient coordinates (LPS). */
export interface SliceGeometry {
  readonly columns: number;
  readonly rows: number;
  /** Distance between rows, then between columns. */
  readonly spacing: readonly [number, number];
  /** False when the file states no spacing: lengths are then in pixels. */
  readonly calibrated: boolean;
  readonly position: readonly [number, number, number];
  readonly rowCosines: readonly [number, number, number];
  readonly columnCosines: readonly [number, number, number];
}

interface PlaneAttributes {
  readonly pixelSpacing: readonly [number, number] | null;
  readonly pixelAspectRatio: readonly [number, number] | null;
  readonly imagePosition: readonly [number, number, number] | null;
  readonly imageOrientation: readonly number[] | null;
}

const positive = (pair: readonly [number, number] | null): pair is readonly [number, number] =>
  pair?.every((value) => Number.isFinite(value) && value > 0) ?? false;

/** Spacing of rows and columns; without one, the pixel aspect ratio (vertical, horizontal) keeps the shape right. */
function spacingOf(plane: PlaneAttributes): { spacing: readonly [number, number]; calibrated: boolean } {
  if (positive(plane.pixelSpacing)) return { spacing: plane.pixelSpacing, calibrated: true };
  if (positive(plane.pixelAspectRatio)) {
    return { spacing: [plane.pixelAspectRatio[0] / plane.pixelAspectRatio[1], 1], calibrated: false };
  }
  return { spacing: [1, 1], calibrated: false };
}

type Vector = readonly [number, number, number];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Row and column direction when both are unit vectors at right angles; null for anything else. */
function orientationOf(values: readonly number[] | null): { row: Vector; column: Vector } | null {
  if (values?.length !== 6) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
  const row: Vector = [a, b, c];
  const column: Vector = [d, e, f];
  const unit = (vector: Vector) => Math.abs(dot(vector, vector) - 1) < 0.01;
  return unit(row) && unit(column) && Math.abs(dot(row, column)) < 0.01 ? { row, column } : null;
}

/** The geometry of a frame of an instance. Never throws: what is missing or impossible falls back to the image plane. */
export function sliceGeometry(
  format: { readonly width: number; readonly height: number },
  plane: PlaneAttributes,
): SliceGeometry {
  const orientation = orientationOf(plane.imageOrientation);
  const position = plane.imagePosition?.every(Number.isFinite) ? plane.imagePosition : null;
  return {
    columns: format.width,
    rows: format.height,
    ...spacingOf(plane),
    position: position ?? [0, 0, 0],
    rowCosines: orientation?.row ?? [1, 0, 0],
    columnCosines: orientation?.column ?? [0, 1, 0],
  };
}

/** CSS pixels per image pixel (along a row) that fitting a slice into so many CSS pixels gives. */
export function fittingScale(
  { columns, rows, spacing }: SliceGeometry,
  width: number,
  height: number,
): number {
  return Math.min(width / columns, height / (rows * (spacing[0] / spacing[1])));
}
