// Which tiles a part of a large image takes, when an enlarged image shows no more of it; all of the level when they are most of it.
import type { Header } from '@strata/codec/header';
import { levelSize } from '@strata/codec/levels';
import { type Region, type RegionPart, tilesOf } from '@strata/codec/regions';
import { areaOf } from '../decoding/region-area.ts';

/** A rectangle of the frame, in its pixels. */
export type Area = Region;

/** What is known of a frame of which a part is looked at. */
export interface PartlySeen {
  readonly header: Header;
  /** The level that the screen can show of it, and the one that there is, or will be, of all of it. */
  readonly level: number;
  readonly base: number;
  /** The part that is on the screen. */
  readonly visible: Area;
  /** Parts asked for before, by their place in the codestream. */
  readonly asked: ReadonlyMap<number, RegionPart>;
}

/** A part of a level, and the bytes that it is made from where all of the base is there. */
export interface RegionWish {
  readonly level: number;
  readonly base: number;
  /** In pixels of the level. */
  readonly region: Region;
  /** What it makes right, in pixels of the frame. */
  readonly area: Area;
  readonly parts: readonly RegionPart[];
}

/** Levels of fewer bytes come whole: what a part saves would not be noticed. */
export const leastBytes = 512 * 1024;
/** With more than this share of the bytes asked for, the rest comes too. */
const mostShare = 0.6;
/** Pixels of the level around what is visible: a small move needs nothing new. */
const margin = 64;

/** What the visible part takes; null when all of the level is to be fetched. */
export function regionWish({ header, level, base, visible, asked }: PartlySeen): RegionWish | null {
  const { format, levels, segments } = header;
  const isAbove = (part: RegionPart) => part.level > base && part.level <= level;
  const of = segments.reduce((sum, { length }, at) => sum + (at > base && at <= level ? length : 0), 0);
  if (level <= base || level > levels || of < leastBytes) return null;
  const step = 2 ** (levels - level);
  const size = [levelSize(format.width, level, levels), levelSize(format.height, level, levels)] as const;
  const across = along(visible.x, visible.width, step, size[0]);
  const down = along(visible.y, visible.height, step, size[1]);
  if (across.length <= 0 || down.length <= 0) return null;
  const region = { x: across.from, y: down.from, width: across.length, height: down.length };
  const parts = tilesOf(header, level, region, base);
  const all = new Map([...asked.values(), ...parts].filter(isAbove).map((part) => [part.offset, part]));
  const bytes = [...all.values()].reduce((sum, { length }) => sum + length, 0);
  if (bytes > mostShare * of) return null;
  return { level, base, region, area: areaOf(region, step, format), parts };
}

/** Whether all of one rectangle lies in another. */
export function covers(outer: Area, inner: Area): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Along one direction: samples of the level around the visible pixels. */
function along(start: number, length: number, step: number, size: number): { from: number; length: number } {
  const from = Math.max(0, Math.floor(start / step) - margin);
  const to = Math.min(size, Math.ceil((start + length) / step) + 1 + margin);
  return { from, length: to - from };
}
