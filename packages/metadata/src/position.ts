// Where a slice lies along the normal of its plane, for the order of a series.
import type { Json } from './json.ts';

/**
 * The image position projected on the normal (mm), from Image Position and Orientation (Patient), DICOM PS3.3 C.7.6.2;
 * null when the presentation has none.
 */
export function slicePosition(presentation: Json): number | null {
  if (presentation === null || typeof presentation !== 'object' || Array.isArray(presentation)) return null;
  const fields = presentation as { readonly [name: string]: Json };
  const at = numbers(fields.imagePosition, 3);
  const plane = numbers(fields.imageOrientation, 6);
  if (!at || !plane) return null;
  const [rx, ry, rz, cx, cy, cz] = plane as [number, number, number, number, number, number];
  const [x, y, z] = at as [number, number, number];
  const position = x * (ry * cz - rz * cy) + y * (rz * cx - rx * cz) + z * (rx * cy - ry * cx);
  return Number.isFinite(position) ? position : null;
}

function numbers(value: Json | undefined, count: number): number[] | null {
  if (!Array.isArray(value) || value.length !== count) return null;
  return value.every((one): one is number => typeof one === 'number') ? [...value] : null;
}
