// How the page's memory for images is shared out: coded bytes, decoders' states, pixels ready for the screen.

const MiB = 2 ** 20;
/** What the page may use for images unless its setting says otherwise, and what the setting may say. */
export const defaultMemory = 1024 * MiB;
const leastMemory = 256 * MiB;
const mostMemory = 16 * 1024 * MiB;

/** Bytes for each use. */
export interface MemoryShares {
  /** Levels as they came, so that nothing is fetched twice. */
  readonly coded: number;
  /** Decoded states in all workers together: what the next level of a frame starts from. */
  readonly states: number;
  /** Pixels as the viewport takes them. */
  readonly pixels: number;
  /** Voxels of volumes: taken from the pixels' share while a volume is shown. */
  readonly volumes: number;
}

/**
 * The most for pixels, which scrolling lives on; then for what they are made from. Three sixteenths are left for what nobody
 * counts: copies on their way, lists, the decoders themselves.
 */
export function memoryShares(total: number): MemoryShares {
  const part = Math.max(leastMemory, Math.min(mostMemory, total)) / 16;
  return { coded: 4 * part, states: 2 * part, pixels: 7 * part, volumes: 4 * part };
}

/** The bytes that a setting in MiB names; anything that is no number above 0 is the default. */
export function memoryOfSetting(setting: string | null): number {
  const value = Number(setting ?? '');
  return Number.isFinite(value) && value > 0 ? value * MiB : defaultMemory;
}

/** The shares of this page: `strata.memory` in its local storage, in MiB, says how much there is. */
export function memoryOfPage(): MemoryShares {
  return memoryShares(memoryOfSetting(localStorage.getItem('strata.memory')));
}
