// What lies over an image by its place in the patient: the line of the active viewport's image, and the crosshair.
import { cutOf, distanceTo, inOneSpace, pixelAt } from '../space/planes.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import type { GridModel } from './grid-model.ts';
import type { Synchroniser } from './synchroniser.ts';

interface MarksProps {
  readonly viewer: ViewerModel;
  readonly grid: GridModel;
  readonly synchroniser: Synchroniser;
}

export function SpaceMarks({ viewer, grid, synchroniser }: MarksProps) {
  const place = viewer.imagePlace.value;
  const slice = viewer.series.value?.stack.slices[viewer.target.value];
  if (!place || !slice) return null;
  const { active } = grid;
  const leader = active === viewer ? undefined : active.series.value?.stack.slices[active.target.value];
  const cut =
    synchroniser.lines.value && leader && inOneSpace(slice, leader)
      ? cutOf(slice.geometry, leader.geometry)
      : null;
  const pointed = synchroniser.pointed.value;
  const mark = pointed && inOneSpace(slice, pointed.slice) ? pointed.place : null;
  if (!cut && !mark) return null;
  const ends = cut?.map((pixel) => onScreen(place, pixel));
  const at = mark && onScreen(place, pixelAt(slice.geometry, mark));
  return (
    <svg class="space-marks" aria-hidden="true">
      {ends?.[0] && ends[1] && (
        <line class="cut" x1={ends[0][0]} y1={ends[0][1]} x2={ends[1][0]} y2={ends[1][1]} />
      )}
      {at && mark && <Cross at={at} near={Math.abs(distanceTo(slice.geometry, mark)) < nearEnough} />}
    </svg>
  );
}

/** Millimetres from the plane up to which the mark is drawn whole. */
const nearEnough = 5;

/** A cross that leaves its middle free; broken where the place lies before or behind the image. */
function Cross({ at: [x, y], near }: { at: readonly [number, number]; near: boolean }) {
  const [gap, reach] = [6, 26];
  const arms = [
    [x - reach, y, x - gap, y],
    [x + gap, y, x + reach, y],
    [x, y - reach, x, y - gap],
    [x, y + gap, x, y + reach],
  ] as const;
  return (
    <g class="cross" data-near={near}>
      {arms.map(([x1, y1, x2, y2]) => (
        <line key={`${x1} ${y1}`} x1={x1} y1={y1} x2={x2} y2={y2} />
      ))}
    </g>
  );
}

/** The place of a pixel's middle in the viewport. */
function onScreen(
  [a, b, c, d, e, f]: ImagePlace,
  [column, row]: readonly [number, number],
): readonly [number, number] {
  const [x, y] = [column + 0.5, row + 0.5];
  return [a * x + c * y + e, b * x + d * y + f];
}
