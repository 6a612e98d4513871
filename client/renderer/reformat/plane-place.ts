// Where a plane lies in the patient, for people: its direction, and how far it is from the origin where that is one number.
import type { PlaneFrame } from '../viewport/plane-annotations.ts';
import type { Plane } from '../viewport/plane-ids.ts';
import { decimal } from '../words/numbers.ts';
import { volumeTexts } from '../words/volumes.ts';

/** Degrees from the patient's axis within which a plane is called by it alone. */
const straight = 1;

/** 'Sagittal · L 12.3 mm'; a plane that was turned is only said to be oblique. */
export function planePlaceText(plane: Plane, { point, right, down }: PlaneFrame): string {
  const texts = volumeTexts.value;
  const normal = [
    right[1] * down[2] - right[2] * down[1],
    right[2] * down[0] - right[0] * down[2],
    right[0] * down[1] - right[1] * down[0],
  ];
  const axis = normal.findIndex((value) => Math.abs(value) > Math.cos((straight * Math.PI) / 180));
  const [own, towards] = [planeOfAxis[axis], Math.round((point[axis] ?? 0) * 10) / 10];
  if (!own) return texts.oblique(texts.planes[plane]);
  const { left, right: rightSide, back, front, top, bottom } = texts.sides;
  const sides = [
    [left, rightSide],
    [back, front],
    [top, bottom],
  ][axis];
  return `${texts.planes[own]} · ${sides?.[towards < 0 ? 1 : 0]} ${decimal(Math.abs(towards), 1)} mm`;
}

const planeOfAxis: readonly Plane[] = ['sagittal', 'coronal', 'axial'];
