// From where a volume in 3D is looked at: parallel rays, directions of the screen in the patient.
import type { Place } from '../space/planes.ts';

export interface Camera {
  /** Unit vectors, at right angles: to the right of the screen, down, and away from the eye. Patient coordinates. */
  readonly right: Place;
  readonly down: Place;
  readonly forward: Place;
  /** What is in the middle of the screen; millimetres, patient coordinates. */
  readonly centre: Place;
  /** CSS pixels per millimetre. */
  readonly scale: number;
}

/** Where the eye is. */
export type Side = 'front' | 'back' | 'left' | 'right' | 'top' | 'bottom';

// Patient coordinates lead to the left, back and head.
const directions: Readonly<Record<Side, Pick<Camera, 'right' | 'down' | 'forward'>>> = {
  front: { right: [1, 0, 0], down: [0, 0, -1], forward: [0, 1, 0] },
  back: { right: [-1, 0, 0], down: [0, 0, -1], forward: [0, -1, 0] },
  left: { right: [0, 1, 0], down: [0, 0, -1], forward: [-1, 0, 0] },
  right: { right: [0, -1, 0], down: [0, 0, -1], forward: [1, 0, 0] },
  top: { right: [-1, 0, 0], down: [0, 1, 0], forward: [0, 0, -1] },
  bottom: { right: [1, 0, 0], down: [0, 1, 0], forward: [0, 0, 1] },
};

export function lookingFrom(camera: Camera, side: Side): Camera {
  return { ...camera, ...directions[side] };
}

/** Degrees that a drag by one CSS pixel turns. */
const degreesPerPixel = 0.5;

/** The camera after a drag: what is in front follows the mouse. @param dx,dy CSS pixels right and down */
export function turnedBy(camera: Camera, dx: number, dy: number): Camera {
  const radians = (degreesPerPixel * Math.PI) / 180;
  const about = (one: Place, other: Place, angle: number): readonly [Place, Place] => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [mix(one, cos, other, sin), mix(other, cos, one, -sin)];
  };
  const [right, forward] = about(camera.right, camera.forward, -dx * radians);
  const [down, onward] = about(camera.down, forward, -dy * radians);
  return { ...camera, ...squared(right, down, onward) };
}

/** Keeps rounding errors of many turns from adding up. */
function squared(right: Place, down: Place, forward: Place): Pick<Camera, 'right' | 'down' | 'forward'> {
  const x = unit(right);
  const z = unit(mix(forward, 1, x, -dot(forward, x)));
  const y = unit(mix(mix(down, 1, x, -dot(down, x)), 1, z, -dot(down, z)));
  return { right: x, down: y, forward: z };
}

const dot = (a: Place, b: Place): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const mix = (a: Place, by: number, b: Place, and: number): Place => [
  a[0] * by + b[0] * and,
  a[1] * by + b[1] * and,
  a[2] * by + b[2] * and,
];
const unit = (a: Place): Place => {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
};
