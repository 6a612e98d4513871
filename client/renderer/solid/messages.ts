// What the page and the worker that draws volumes in 3D say to each other.

import type { Voxels } from '../volume/layer-fill.ts';
import type { Camera } from './camera.ts';
import type { RayVolume } from './ray-volume.ts';
import type { PresetName } from './transfer.ts';

/** A volume as the page has it. */
export type PageVolume = Omit<RayVolume, 'values' | 'low' | 'high'> & { readonly voxels: Voxels };

/** A volume to draw from now on. Its voxels are taken over. */
interface TakeVolume {
  readonly type: 'volume';
  readonly volume: PageVolume;
}

/** Draws a picture; what is still being drawn of an earlier one is dropped. */
export interface DrawPicture {
  readonly type: 'draw';
  readonly id: number;
  readonly camera: Camera;
  readonly preset: PresetName;
  readonly range: { readonly lower: number; readonly upper: number };
  /** CSS pixels of the place for it. */
  readonly width: number;
  readonly height: number;
  /** `moving`: soon, however coarse. `resting`: as fine as the time allows. */
  readonly pace: 'moving' | 'resting';
}

export type ToCaster = TakeVolume | DrawPicture;

/** A picture that is done. */
export interface DrawnPicture {
  readonly type: 'picture';
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  /** CSS pixels per pixel of the picture: 1 for the finest. */
  readonly grain: number;
  /** Whether nothing finer follows of itself. */
  readonly isLast: boolean;
  /** As it was wished for. */
  readonly pace: DrawPicture['pace'];
  /** It stays coarse because a finer one would take longer than it may. */
  readonly isTooSlow: boolean;
}

export type FromCaster = DrawnPicture;
