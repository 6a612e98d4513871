// A series as a volume in 3D: which preset, from where, how much of it is there, and the picture of it.
import { batch, signal } from '@preact/signals';
import type { ImageLoader } from '../loading/image-loader.ts';
import type { StudySeries } from '../study/study-model.ts';
import { dragWindow, rangeOfWindow, type WindowLevel } from '../viewport/window-level.ts';
import {
  isFloat,
  type VolumeNote,
  type VolumeProblem,
  type VolumeShape,
  volumeShape,
} from '../volume/volume-shape.ts';
import { type Filled, nothingFilled, VolumeSource } from '../volume/volume-source.ts';
import { type Camera, lookingFrom, type Side, turnedBy } from './camera.ts';
import { Caster } from './caster.ts';
import type { DrawnPicture } from './messages.ts';
import { type PresetName, presetsOf } from './transfer.ts';

/** What is drawn at most: a processor takes about a second for it. */
const mostVoxels = 12 * 2 ** 20;
const bounds = { fewest: 8, longest: 320 };
/** Milliseconds between two versions of a volume that is being filled. */
const renewMs = 1500;
/** Milliseconds after the last movement at which a fine picture is drawn. */
const restMs = 160;
/** Of the greatest values of a CT: from fat to dense bone. */
const usualRange: WindowLevel = { centre: 700, width: 2000 };

export class SolidModel {
  readonly series = signal<StudySeries | null>(null);
  readonly problem = signal<VolumeProblem | 'stuck' | null>(null);
  readonly notes = signal<readonly VolumeNote[]>([]);
  readonly filled = signal<Filled>(nothingFilled);
  readonly dimensions = signal<VolumeShape['dimensions'] | null>(null);
  readonly preset = signal<PresetName>('mip');
  readonly camera = signal<Camera | null>(null);
  /** Of the greatest values. */
  readonly window = signal<WindowLevel>(usualRange);
  readonly picture = signal<DrawnPicture | null>(null);
  /** Id of the picture that was wished for last. */
  readonly wished = signal(0);
  readonly #images: ImageLoader;
  #source: VolumeSource | null = null;
  #caster: Caster | null = null;
  #hasVolume = false;
  /** Gives the memory of the worker's copy back. */
  #release: () => void = () => {};
  #size = { width: 0, height: 0 };
  #renew: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(images: ImageLoader) {
    this.#images = images;
  }

  /** Shows a series in 3D, or says why not. */
  open(series: StudySeries, window: WindowLevel | null): void {
    this.close();
    const { slices } = series.stack;
    const most = mostVoxels * (isFloat(slices) ? 4 : 2);
    const shape = volumeShape(slices, { bytes: Math.min(this.#images.volumeRoom / 2, most), ...bounds });
    const { modality } = series.manifest;
    batch(() => {
      this.series.value = series;
      this.preset.value = presetsOf(modality)[0] ?? 'mip';
      // The window of a CT is for organs; along a ray the greatest values are those of bone and contrast.
      this.window.value = modality === 'CT' || !window ? usualRange : window;
      if ('problem' in shape) this.problem.value = shape.problem;
    });
    if ('problem' in shape) return;
    batch(() => {
      this.notes.value = shape.notes;
      this.dimensions.value = shape.dimensions;
      this.camera.value = lookingFrom({ ...whole(shape), ...aside }, 'front');
    });
    this.#release = this.#images.reserve(2 * shape.dimensions.reduce((product, size) => product * size, 1));
    this.#caster = new Caster({
      onPicture: (picture) => {
        this.picture.value = picture;
      },
      onFailure: () => {
        this.problem.value = 'stuck';
      },
    });
    this.#source = new VolumeSource(this.#images, slices, shape, 0, {
      onLayers: () => this.#renewSoon(),
      onFilled: (filled) => {
        this.filled.value = filled;
      },
    });
  }

  close(): void {
    clearTimeout(this.#renew);
    clearTimeout(this.#rest);
    this.#renew = undefined;
    this.#source?.close();
    this.#caster?.close();
    this.#release();
    [this.#source, this.#caster, this.#hasVolume] = [null, null, false];
    batch(() => {
      this.series.value = null;
      this.problem.value = null;
      this.notes.value = [];
      this.filled.value = nothingFilled;
      this.dimensions.value = null;
      this.camera.value = null;
      this.picture.value = null;
    });
  }

  /** The place for the picture, in CSS pixels. */
  setSize(width: number, height: number): void {
    const { width: before } = this.#size;
    this.#size = { width, height };
    const [shape, camera] = [this.#source?.shape, this.camera.peek()];
    if (shape && camera && before === 0) this.camera.value = { ...camera, scale: this.#fitting(shape) };
    this.#draw('resting');
  }

  setPreset(preset: PresetName): void {
    this.preset.value = preset;
    this.#draw('resting');
  }

  lookFrom(side: Side): void {
    const camera = this.camera.peek();
    if (camera) this.#move(lookingFrom(camera, side));
  }

  /** @param dx,dy CSS pixels */
  turn(dx: number, dy: number): void {
    const camera = this.camera.peek();
    if (camera) this.#move(turnedBy(camera, dx, dy));
  }

  zoom(factor: number): void {
    const camera = this.camera.peek();
    if (camera) this.#move({ ...camera, scale: Math.max(0.1, Math.min(40, camera.scale * factor)) });
  }

  /** @param dx,dy CSS pixels */
  drag(dx: number, dy: number): void {
    this.window.value = dragWindow(this.window.peek(), dx, dy, this.window.peek().width * 2);
    this.#move(this.camera.peek());
  }

  #move(camera: Camera | null): void {
    this.camera.value = camera;
    this.#draw('moving');
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#draw('resting'), restMs);
  }

  #draw(pace: 'moving' | 'resting'): void {
    const camera = this.camera.peek();
    const { width, height } = this.#size;
    if (!camera || !this.#hasVolume || width * height === 0) return;
    const range = rangeOfWindow(this.window.peek(), 'LINEAR_EXACT');
    const id = this.#caster?.draw(camera, { preset: this.preset.peek(), range, width, height, pace });
    if (id !== undefined) this.wished.value = id;
  }

  /** The first version as soon as there is one, later ones now and then. */
  #renewSoon(): void {
    if (!this.#source?.isWhole) return;
    this.#renew ??= setTimeout(() => this.#renewNow(), this.#hasVolume ? renewMs : 0);
  }

  #renewNow(): void {
    this.#renew = undefined;
    const source = this.#source;
    if (!source?.voxels) return;
    const { dimensions, spacing, origin, direction } = source.shape;
    this.#caster?.take({ dimensions, spacing, origin, direction, voxels: source.voxels.slice() });
    this.#hasVolume = true;
    this.#draw('resting');
  }

  /** CSS pixels per millimetre at which the whole volume is seen. */
  #fitting({ dimensions, spacing }: VolumeShape): number {
    const extents = dimensions.map((count, axis) => count * (spacing[axis] ?? 1));
    const { width, height } = this.#size;
    return Math.min(width, height) / (Math.max(...extents) * 1.1 || 1);
  }
}

const aside = { right: [1, 0, 0], down: [0, 0, -1], forward: [0, 1, 0] } as const;

/** The middle of a volume, at a scale that setSize puts right. */
function whole({ dimensions, spacing, origin, direction }: VolumeShape): Pick<Camera, 'centre' | 'scale'> {
  const centre = [0, 1, 2].map((axis) => {
    const ways = [0, 1, 2].map(
      (along) =>
        (direction[along * 3 + axis] ?? 0) * (((dimensions[along] ?? 1) - 1) / 2) * (spacing[along] ?? 1),
    );
    return (origin[axis] ?? 0) + ways.reduce((sum, way) => sum + way, 0);
  });
  return { centre: [centre[0] ?? 0, centre[1] ?? 0, centre[2] ?? 0], scale: 1 };
}
