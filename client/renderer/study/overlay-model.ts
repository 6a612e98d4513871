// Which overlay planes lie over the slice on the screen, whether they are shown, and how they get there.
import { signal } from '@preact/signals';
import type { FrameOverlays } from '@strata/protocol/overlays';
import type { OverlaySource } from './overlay-planes.ts';
import type { Slice } from './stack.ts';

/** Of a slice whose planes nobody counted (stored by an earlier version) they are asked for when it is rested on. */
const restMs = 300;

const nothing: FrameOverlays = { planes: [], problems: [] };

export class OverlayModel {
  /** Switched by the user. */
  readonly shown = signal(true);
  /** Of the slice on the screen. */
  readonly overlays = signal<FrameOverlays>(nothing);
  readonly #source: Pick<OverlaySource, 'get' | 'load'>;
  #slice: Slice | null = null;
  #loading: AbortController | null = null;

  constructor(source: Pick<OverlaySource, 'get' | 'load'>) {
    this.#source = source;
  }

  toggle(): void {
    this.shown.value = !this.shown.value;
  }

  /** Told which slice is on the screen; null for none. */
  show(slice: Slice | null): void {
    if (slice === this.#slice) return;
    this.#slice = slice;
    this.#loading?.abort();
    const kept = slice && this.#source.get(slice);
    this.overlays.value = kept ?? nothing;
    if (slice && !kept && slice.presentation.overlays !== 0) void this.#load(slice);
  }

  /**
   * The planes of any slice, for a picture of it; none while they are switched off.
   * @throws what the source throws, of a slice that is known to have some
   */
  async of(slice: Slice, signal: AbortSignal): Promise<FrameOverlays> {
    const count = slice.presentation.overlays;
    if (!this.shown.peek() || count === 0) return nothing;
    try {
      return this.#source.get(slice) ?? (await this.#source.load(slice, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (count !== undefined) throw error;
      return nothing;
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.show(null);
  }

  async #load(slice: Slice): Promise<void> {
    const loading = new AbortController();
    this.#loading = loading;
    const counted = slice.presentation.overlays !== undefined;
    try {
      if (!counted) await new Promise((resolve) => setTimeout(resolve, restMs));
      if (loading.signal.aborted) return;
      const overlays = await this.#source.load(slice, loading.signal);
      if (!loading.signal.aborted) this.overlays.value = overlays;
    } catch (error) {
      // Of a slice that is not known to have any, nothing is missed.
      if (loading.signal.aborted || !counted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.overlays.value = { planes: [], problems: [`overlays cannot be shown: ${reason}`] };
    }
  }
}
