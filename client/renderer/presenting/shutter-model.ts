// Which shutter covers a viewport's images: their own, or the one of the presentation state that is applied; or none.
import { signal } from '@preact/signals';
import type { Presentation, Shutter } from '@strata/protocol/manifest';

export class ShutterModel {
  /** Switched by the user. */
  readonly shown = signal(true);
  /** In place of the images' own; undefined where no presentation state says anything. */
  readonly applied = signal<Shutter | null | undefined>(undefined);

  toggle(): void {
    this.shown.value = !this.shown.value;
  }

  /** The shutter that an image has, shown or not. */
  ofImage({ shutter }: Pick<Presentation, 'shutter'>): Shutter | null {
    const applied = this.applied.value;
    return applied === undefined ? (shutter ?? null) : applied;
  }

  /** The shutter that covers an image now; null for none. */
  covering(presentation: Pick<Presentation, 'shutter'>): Shutter | null {
    return this.shown.value ? this.ofImage(presentation) : null;
  }
}
