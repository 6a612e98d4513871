// The worker that draws volumes in 3D, as the page uses it; one that does not answer is replaced.
import type { Camera } from './camera.ts';
import type { DrawnPicture, DrawPicture, FromCaster, PageVolume, ToCaster } from './messages.ts';

/** Milliseconds after which a worker that says nothing counts as stuck. */
const stuckMs = 30_000;

export interface CasterEvents {
  onPicture(picture: DrawnPicture): void;
  /** It does not answer, or could not be started. */
  onFailure(): void;
}

export class Caster {
  readonly #worker: Worker;
  readonly #events: CasterEvents;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #last = 0;

  constructor(events: CasterEvents) {
    this.#events = events;
    this.#worker = new Worker(new URL('./caster-worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<FromCaster>) => {
      clearTimeout(this.#watch);
      // A picture of before the last turn is still better than none.
      events.onPicture(data);
      if (!data.isLast || data.id < this.#last) this.#await();
    };
    this.#worker.onerror = () => events.onFailure();
  }

  /** Hands a volume over: its voxels are gone from the page. */
  take(volume: PageVolume): void {
    this.#post({ type: 'volume', volume }, [volume.voxels.buffer as ArrayBuffer]);
  }

  /** @returns the id that its pictures will have */
  draw(camera: Camera, how: Omit<DrawPicture, 'type' | 'id' | 'camera'>): number {
    this.#last++;
    this.#post({ type: 'draw', id: this.#last, camera, ...how });
    this.#await();
    return this.#last;
  }

  close(): void {
    clearTimeout(this.#watch);
    this.#worker.terminate();
  }

  #post(message: ToCaster, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #await(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.close();
      this.#events.onFailure();
    }, stuckMs);
  }
}
