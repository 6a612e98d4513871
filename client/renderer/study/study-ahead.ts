// The study that is likely to be opened next, fetched while it is only chosen or pointed at: its manifest, and of its images
// those that it opens with, as sharp as the screen can show them.

import { neededLevel } from '@strata/codec/levels';
import type { StudyManifest } from '@strata/protocol/manifest';
import type { CodedLevel } from '../decoding/messages.ts';
import { openingSeries } from '../hanging/opening-series.ts';
import { Priority } from '../loading/fetch-plan.ts';
import { expectedPlace, expectedScale } from '../loading/needed-level.ts';
import type { LevelSource } from '../loading/request-desk.ts';
import type { Slice } from './stack.ts';
import { type StudySource, seriesOf } from './study-model.ts';

export interface AheadParts {
  /** What has come once comes from its memory when the study is open. */
  readonly source: StudySource & LevelSource;
  /** The window that the study will be shown in. */
  readonly window: Parameters<typeof expectedScale>[1];
  /** Told of a slice that has come. */
  readonly onSlice: (slice: Slice, levels: readonly CodedLevel[]) => void;
}

/** Who goes along the list, or across it, asks for nothing. */
const pauseMs = 80;
/** Manifests that are kept, the newest. */
const mostKept = 3;
/** Nobody is told for longer than that of what may have changed. */
const freshMs = 60_000;

interface Fetched {
  readonly manifest: Promise<StudyManifest>;
  /** Calls off what is under way. */
  readonly ended: AbortController;
  /** Whether nothing is under way any more. */
  isWhole: boolean;
  readonly at: number;
}

export class StudyAhead {
  readonly #parts: AheadParts;
  readonly #fetched = new Map<string, Fetched>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted: string | null = null;

  constructor(parts: AheadParts) {
    this.#parts = parts;
  }

  /** This study is chosen or pointed at; null for none. What is under way for another is called off. */
  look(uid: string | null): void {
    if (uid === this.#wanted) return;
    clearTimeout(this.#timer);
    this.#wanted = uid;
    for (const [other, { ended, isWhole }] of this.#fetched) {
      if (other === uid || isWhole) continue;
      ended.abort();
      this.#fetched.delete(other);
    }
    if (uid !== null) this.#timer = setTimeout(() => this.#fetch(uid), pauseMs);
  }

  /** The manifest that was fetched for a study that is opened now, or is on its way; null when there is none of now. */
  take(uid: string): Promise<StudyManifest> | null {
    clearTimeout(this.#timer);
    this.#wanted = null;
    const fetched = this.#fetched.get(uid);
    this.#fetched.delete(uid);
    return fetched && isFresh(fetched) ? fetched.manifest : null;
  }

  /** A study has changed, or any may have: what was fetched is not of now. */
  forget(uid?: string): void {
    if (uid === undefined) this.#fetched.clear();
    else this.#fetched.delete(uid);
    if (uid === undefined || uid === this.#wanted) this.#wanted = null;
  }

  #fetch(uid: string): void {
    const known = this.#fetched.get(uid);
    if (known && isFresh(known)) return;
    const ended = new AbortController();
    const { source, window } = this.#parts;
    const first = expectedPlace(window);
    const manifest = source.study(uid, { signal: ended.signal, ...(first && { first }) });
    const fetched: Fetched = { manifest, ended, isWhole: false, at: performance.now() };
    this.#fetched.delete(uid);
    this.#fetched.set(uid, fetched);
    for (const oldest of [...this.#fetched.keys()].slice(0, -mostKept)) this.#fetched.delete(oldest);
    void this.#fetchAll(uid, fetched);
  }

  async #fetchAll(uid: string, fetched: Fetched): Promise<void> {
    try {
      await this.#fetchImages(await fetched.manifest, fetched.ended.signal);
    } catch {
      // Who opens the study asks again, and is told what is wrong.
      if (this.#fetched.get(uid) === fetched) this.#fetched.delete(uid);
    }
    fetched.isWhole = true;
  }

  async #fetchImages(manifest: StudyManifest, signal: AbortSignal): Promise<void> {
    const { layout, placed } = openingSeries(seriesOf(manifest));
    const share = 1 / Math.max(layout.rows, layout.columns);
    const first = placed.map((one) => one?.series.stack.slices[one.image ?? 0]);
    await Promise.all(first.map((slice) => this.#fetchSlice(slice, share, signal)));
  }

  /** @param share of the window that the slice will have, in each direction */
  async #fetchSlice(slice: Slice | undefined, share: number, signal: AbortSignal): Promise<void> {
    const { source, window, onSlice } = this.#parts;
    const scale = slice && expectedScale(slice.format, window);
    if (!slice || !scale) return;
    const to = neededLevel(slice.levels, scale * share);
    const levels: CodedLevel[] = [];
    await source.get(
      { target: { frames: [slice.ref] }, from: 0, to, priority: Priority.spare },
      ({ level, bytes }) => void levels.push({ level, bytes: bytes.slice() }),
      { signal },
    );
    if (!signal.aborted) onSlice(slice, levels);
  }
}

const isFresh = ({ at }: Fetched): boolean => performance.now() - at < freshMs;
