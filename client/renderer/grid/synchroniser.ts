// Scrolls viewports together: to the same place in the patient where images share a space, else by the same way.
import { effect, signal, untracked } from '@preact/signals';
import { areParallel, inOneSpace, middleOf, nearestTo, type Place, spaceOf } from '../space/planes.ts';
import type { Slice } from '../study/stack.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import type { GridModel } from './grid-model.ts';

/** A place that is pointed at, in the space of a slice. */
export interface PointedPlace {
  readonly place: Place;
  readonly slice: Slice;
}

/** Where two viewports were when they began to go together. */
interface Pairing {
  readonly leader: Slice;
  readonly leaderIndex: number;
  readonly followerIndex: number;
  readonly follower: Slice;
}

export class Synchroniser {
  /** Whether viewports scroll together. */
  readonly together = signal(false);
  /** Whether each viewport shows where the active one's image lies. */
  readonly lines = signal(true);
  /** Pointed at with the crosshair. */
  readonly pointed = signal<PointedPlace | null>(null);
  readonly #grid: GridModel;
  readonly #pairings = new Map<ViewerModel, Pairing>();

  constructor(grid: GridModel) {
    this.#grid = grid;
  }

  /** Begins to follow the active viewport. @returns the function that ends it */
  start(): () => void {
    return effect(() => {
      const { active } = this.#grid;
      const slice = active.series.value?.stack.slices[active.target.value];
      if (this.together.value && slice) untracked(() => this.#follow(active, slice));
    });
  }

  setTogether(together: boolean): void {
    this.#pairings.clear();
    this.together.value = together;
  }

  toggleLines(): void {
    this.lines.value = !this.lines.value;
  }

  /** Told that a place is pointed at in a viewport: the others go to it where they share the space. */
  point(viewer: ViewerModel, place: Place): void {
    const { slice } = viewer;
    if (!slice) return;
    this.pointed.value = { place, slice };
    for (const other of this.#grid.viewers.peek()) {
      if (other === viewer || !other.slice || !inOneSpace(slice, other.slice)) continue;
      other.goTo(nearestTo(other.series.peek()?.stack.slices ?? [], place));
    }
  }

  /** Forgets what was pointed at. */
  unpoint(): void {
    this.pointed.value = null;
  }

  #follow(leader: ViewerModel, slice: Slice): void {
    for (const follower of this.#grid.viewers.peek()) {
      if (follower === leader || !follower.slice) continue;
      const index = this.#indexFor(follower, follower.slice, leader, slice);
      if (index !== null) follower.goTo(index);
    }
  }

  /** Where a viewport goes; null to stay. */
  #indexFor(follower: ViewerModel, now: Slice, leader: ViewerModel, slice: Slice): number | null {
    const slices = follower.series.peek()?.stack.slices ?? [];
    const parallel = areParallel(slice.geometry, now.geometry);
    if (inOneSpace(slice, now)) return parallel ? nearestTo(slices, middleOf(slice.geometry)) : null;
    const began = this.#pairingOf(follower, now, leader, slice);
    const way = between(middleOf(began.leader.geometry), middleOf(slice.geometry));
    // Without places in the patient: as many images as the leader went.
    if (spaceOf(slice) === null || spaceOf(now) === null) {
      return began.followerIndex + leader.target.peek() - began.leaderIndex;
    }
    if (!parallel) return null;
    const [x, y, z] = middleOf(began.follower.geometry);
    return nearestTo(slices, [x + way[0], y + way[1], z + way[2]]);
  }

  #pairingOf(follower: ViewerModel, now: Slice, leader: ViewerModel, slice: Slice): Pairing {
    const known = this.#pairings.get(follower);
    const isOf = (viewer: ViewerModel, one: Slice) => viewer.series.peek()?.stack.slices.includes(one);
    if (known && isOf(follower, known.follower) && isOf(leader, known.leader)) return known;
    const indices = { leaderIndex: leader.target.peek(), followerIndex: follower.target.peek() };
    const made = { leader: slice, follower: now, ...indices };
    this.#pairings.set(follower, made);
    return made;
  }
}

const between = (a: Place, b: Place): Place => [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
