// One viewport's share in the loading: what it looks at, and the pixels that there are for it.
import type { Header } from '@strata/codec/header';
import { neededLevel } from '@strata/codec/levels';
import type { DisplayRecipe } from '../decoding/display-recipe.ts';
import { byDistance, fetchPlan, type SliceProgress } from './fetch-plan.ts';
import type { FrameWish } from './flights.ts';
import { coarseLevel } from './needed-level.ts';
import { isSharpAt, type SharpPart } from './patches.ts';
import type { PixelStore, RenderedSlice } from './pixel-store.ts';
import { type Area, leastBytes, type RegionWish, regionWish } from './region-wishes.ts';
import type { LoadableSlice, SliceState } from './slice-state.ts';

/** How a slice's values become what is shown; equal keys mean equal pixels. */
export interface Rendering {
  /** Names the frame and the recipe. */
  readonly key: string;
  readonly recipe: DisplayRecipe;
}

/** What a viewport looks at. */
export interface Look {
  /** Index of the slice on the screen, or wanted there. */
  readonly target: number;
  /** Device pixels per image pixel; null while nothing says how large the image will be. */
  readonly scale: number | null;
  /** The part of the image that is on the screen; left out or null for all of it. */
  readonly visible?: Area | null;
  /** 0 for the viewport that is being used (the default), 1 for one beside it. */
  readonly rank?: 0 | 1;
  /** Whether the slice is wanted at its full level whatever the scale: something is measured on it. */
  readonly isMeasured?: boolean;
  /** Whether nothing has been drawn yet: pixels of a level's own size are then worth having before they are enlarged. */
  readonly isFirst?: boolean;
}

/** Slices of a viewport, and how they are rendered. */
export interface Opening extends Look {
  readonly slices: readonly LoadableSlice[];
  readonly renderingOf: (index: number) => Rendering;
}

export interface ViewEvents {
  /** Something of the slice changed: a level was received, there are better pixels, or it failed. */
  readonly onChange: (index: number) => void;
}

/** Pixels worth making of a frame, at the frame's full size or at the level's own. */
export interface Due {
  readonly rendering: Rendering;
  readonly size: 'full' | 'own';
}

/** The part that a viewport wants of its image. */
export interface ViewWish extends RegionWish {
  readonly state: SliceState;
  readonly header: Header;
  readonly rendering: Rendering;
  readonly visible: Area;
  readonly priority: number;
}

/** The loader that a view belongs to. */
export interface ViewOwner {
  readonly store: PixelStore;
  /** Whether parts of levels can be fetched. */
  readonly hasParts: boolean;
  /** Coded bytes that are worth fetching ahead for one view, and bytes of pixels worth making. */
  readonly room: { readonly coded: number; readonly pixels: number };
  stateOf(slice: LoadableSlice): SliceState;
  /** The view has other slices, or other renderings of them. */
  reopened(view: LoadingView): void;
  modalityPixels(state: SliceState, rendering: Rendering): Promise<RenderedSlice | null>;
  looked(view: LoadingView): void;
  retried(): void;
  closed(view: LoadingView): void;
}

export class LoadingView {
  readonly #owner: ViewOwner;
  readonly #events: ViewEvents;
  #states: readonly SliceState[] = [];
  #places = new Map<SliceState, number[]>();
  #renderingOf: ((index: number) => Rendering) | null = null;
  #keys: readonly string[] = [];
  #look: Look = { target: 0, scale: null };
  #direction: 1 | -1 = 1;
  /** The last part that was thought of, and what it was made from. */
  #part: { readonly from: readonly unknown[]; readonly wish: ViewWish | null } = { from: [], wish: null };

  /** Made by `ImageLoader.view`. */
  constructor(owner: ViewOwner, events: ViewEvents) {
    this.#owner = owner;
    this.#events = events;
  }

  /** The frames of the slices, in order. */
  get states(): readonly SliceState[] {
    return this.#states;
  }

  /** Keys of the slices' pixels, in order. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Opens other slices; what no viewport wants any more is called off at once. */
  open({ slices, renderingOf, ...look }: Opening): void {
    this.#states = slices.map((slice) => this.#owner.stateOf(slice));
    this.#places = new Map();
    for (const [index, state] of this.#states.entries()) {
      const places = this.#places.get(state);
      if (places) places.push(index);
      else this.#places.set(state, [index]);
    }
    this.#look = look;
    this.#direction = 1;
    this.#renderingOf = renderingOf;
    this.rerender();
  }

  /** Slices are rendered otherwise from now on: `renderingOf` gives other keys. */
  rerender(): void {
    this.#keys = this.#states.map((_, index) => this.#rendering(index)?.key ?? '');
    this.#owner.reopened(this);
  }

  /** Says what is looked at. What the slice itself lacks is asked for at once. */
  look(look: Look): void {
    const { target } = this.#look;
    if (look.target !== target) this.#direction = look.target > target ? 1 : -1;
    this.#look = look;
    this.#owner.looked(this);
  }

  /** The best pixels of a slice that are in memory now; null before the first. */
  pixels(index: number): RenderedSlice | null {
    return this.#owner.store.get(this.#keys[index] ?? '');
  }

  /**
   * A slice's modality values (Hounsfield units for CT) at its best level, also where a VOI LUT is applied; null when they
   * are not at hand now, and `onChange` tells when that may have changed.
   */
  async modalityPixels(index: number): Promise<RenderedSlice | null> {
    const state = this.#states[index];
    const rendering = this.#rendering(index);
    if (!state || !rendering) return null;
    const { recipe } = rendering;
    const isShown = recipe.kind !== 'grey' || recipe.voi === null;
    return isShown ? this.pixels(index) : this.#owner.modalityPixels(state, rendering);
  }

  /** The same without enlarging them. */
  pixelsAsIs(index: number): ReturnType<PixelStore['getAsIs']> {
    return this.#owner.store.getAsIs(this.#keys[index] ?? '');
  }

  /** Level of the best pixels of a slice; -1 for none. */
  held(index: number): number {
    return this.#owner.store.level(this.#keys[index] ?? '');
  }

  /** The level that is needed of a slice: what the screen can show, or all of one that is measured. */
  needed(index: number): number {
    const levels = this.#states[index]?.levels ?? 0;
    const { target, scale, isMeasured } = this.#look;
    if (isMeasured && index === target) return levels;
    return scale === null ? coarseLevel(levels) : neededLevel(levels, scale);
  }

  /**
   * The level that is to be had of all of a slice: the one needed, or a lower one where the tiles under what is on the
   * screen are enough above that.
   */
  wanted(index: number): number {
    return this.#wanted(index, this.#partWish());
  }

  /** Where a slice is sharper than its level. */
  parts(index: number): readonly SharpPart[] {
    return this.#owner.store.parts(this.#keys[index] ?? '');
  }

  /** Tries failed slices again: all that failed for want of a server, and the one given whatever its reason. */
  retry(index?: number): void {
    for (const [at, state] of this.#states.entries()) {
      if (!state.failure || (!state.failure.passing && at !== index)) continue;
      state.failure = null;
      this.#events.onChange(at);
    }
    this.#owner.retried();
  }

  /** Wants nothing any more. */
  close(): void {
    this.#states = [];
    this.#keys = [];
    this.#places = new Map();
    this.#owner.closed(this);
  }

  /** What is still to be fetched or decoded, the most wanted first. For the loader. */
  wishes(): FrameWish[] {
    const part = this.#partWish();
    const plan = fetchPlan({
      slices: this.#states.map((_, index) => this.#progress(index)),
      target: this.#look.target,
      direction: this.#direction,
      needed: (index) => this.#wanted(index, part),
      room: this.#owner.room,
      rank: this.#look.rank ?? 0,
    });
    const wishes = plan.map(({ index, ...wish }) => ({ ...wish, state: this.#states[index] as SliceState }));
    // The decoder may have dropped what a part is made from, while its pixels are still there.
    const missing = this.partWish();
    if (!missing || this.held(this.#look.target) < missing.base) return wishes;
    const { state, base: to, priority } = missing;
    return state.decoding < to ? [{ state, to, priority, decode: true }, ...wishes] : wishes;
  }

  /** The part of the slice on the screen that is still to be fetched; null for none. For the loader. */
  partWish(): ViewWish | null {
    const wish = this.#partWish();
    const isThere = wish && isSharpAt(this.parts(this.#look.target), wish.visible, wish.level);
    return isThere ? null : wish;
  }

  /** What the slice on the screen lacks; null when it is as sharp as the screen. For the loader. */
  urgent(): FrameWish | null {
    const { target, rank = 0 } = this.#look;
    const state = this.#states[target];
    if (!state || state.failed) return null;
    const to = this.wanted(target);
    return this.held(target) < to ? { state, to, priority: rank, decode: true } : null;
  }

  /**
   * What is worth making of a frame at a level: better pixels of a slice on the screen always, of others coarse ones and
   * those that the screen needs. For the loader.
   */
  due(state: SliceState, level: number): Due | null {
    for (const index of this.#places.get(state) ?? []) {
      const held = this.held(index);
      const rendering = this.#rendering(index);
      if (level < held || !rendering) continue;
      const isShown = index === this.#look.target;
      const there = isShown && this.#look.isFirst ? this.pixelsAsIs(index) : undefined;
      // At first the level's own pixels, then the same enlarged, then as ever.
      if (there !== undefined && level > held && level < state.levels && (there?.isOwn ?? true))
        return { rendering, size: 'own' };
      if (level === held && !there?.isOwn) continue;
      if (isShown || level >= this.wanted(index)) return { rendering, size: 'full' };
      if (held < coarseLevel(state.levels) && level >= coarseLevel(state.levels))
        return { rendering, size: 'own' };
    }
    return null;
  }

  /** Keys in the order in which slices keep their pixels, the one on the screen first. For the loader. */
  keysByDistance(): string[] {
    const order = byDistance(this.#keys.length, this.#look.target, this.#direction);
    return order.map(({ index }) => this.#keys[index] as string);
  }

  /** A frame has changed. For the loader. */
  tell(state: SliceState): void {
    for (const index of this.#places.get(state) ?? []) this.#events.onChange(index);
  }

  #wanted(index: number, part: ViewWish | null): number {
    const needed = this.needed(index);
    if (!part) return needed;
    if (index === this.#look.target) return part.base;
    // Of its neighbours, too, only a part will be looked at.
    const isLarge = (this.#states[index]?.lengths[needed] ?? 0) >= leastBytes;
    return isLarge ? Math.max(0, needed - 1) : needed;
  }

  /** The part of the slice on the screen that is enough of it, whether it is there or not; null when all of it is wanted. */
  #partWish(): ViewWish | null {
    const { target, visible, isMeasured, rank = 0 } = this.#look;
    const state = this.#states[target];
    const header = state?.header;
    if (!state || !header || !visible || isMeasured) return null;
    if (!this.#owner.hasParts || state.isWholeOnly || state.failed) return null;
    const level = this.needed(target);
    const held = this.held(target);
    if (Math.max(state.received, state.decoding, held) >= level) return null;
    // Around the part, the image is at least of a quarter of its resolution.
    const least = Math.max(coarseLevel(state.levels), level - 2);
    const base = Math.min(level - 1, Math.max(least, held, state.decoded));
    // Asked for each slice of a plan, and each line of the progress strip.
    const from = [this.#look, this.#keys, base, state.askedParts.size];
    if (from.every((each, at) => each === this.#part.from[at])) return this.#part.wish;
    const rendering = this.#rendering(target);
    const wish = regionWish({ header, level, base, visible, asked: state.askedParts });
    const part = wish && rendering && { ...wish, state, header, rendering, visible, priority: rank };
    this.#part = { from, wish: part };
    return part;
  }

  #rendering(index: number): Rendering | null {
    return this.#renderingOf?.(index) ?? null;
  }

  #progress(index: number): SliceProgress {
    const { slice, received, failed } = this.#states[index] as SliceState;
    const { levels, lengths, format } = slice;
    const pixelBytes = format.width * format.height * (format.samples === 3 ? 3 : 2);
    return { levels, lengths, received, failed, pixelBytes, held: this.held(index) };
  }
}
