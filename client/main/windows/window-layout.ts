// Where the windows of a user were, and where they go on the monitors that there are now.

/** A rectangle of the desktop, in device-independent pixels. */
interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A monitor, with the part that windows may use. */
export interface Display {
  readonly id: number;
  readonly workArea: Bounds;
}

/** One window: what it shows, and where. */
export interface WindowPlace {
  /** An address inside the viewer: `/` or `/study/UID`. */
  readonly address: string;
  readonly bounds: Bounds;
  readonly isMaximized: boolean;
}

export const MAX_WINDOWS = 12;
const SMALLEST = { width: 640, height: 480 };
const EDGE = 100_000;

/** The windows of a layout file's text; none for anything that is no layout: a lost layout must not keep anybody from reading. */
export function parseLayout(text: string): WindowPlace[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return [];
  }
  const windows = (read as { windows?: unknown } | null)?.windows;
  if (!Array.isArray(windows)) return [];
  return windows.slice(0, MAX_WINDOWS).flatMap((one) => placeOf(one) ?? []);
}

/** The text of a layout file. */
export function layoutText(windows: readonly WindowPlace[]): string {
  return `${JSON.stringify({ windows: windows.slice(0, MAX_WINDOWS) }, null, 2)}\n`;
}

/**
 * The same windows on the monitors that there are: each stays where it was if most of it can be seen, else it goes to the
 * monitor nearest to it (the first one when it was far from all), no larger than that.
 */
export function fitToDisplays(windows: readonly WindowPlace[], displays: readonly Display[]): WindowPlace[] {
  return windows.map((window) => ({ ...window, bounds: fit(window.bounds, displays) }));
}

function fit(bounds: Bounds, displays: readonly Display[]): Bounds {
  const areas = displays.map(({ workArea }) => workArea);
  const seen = areas.reduce((sum, area) => sum + overlap(bounds, area), 0);
  if (areas.length === 0 || seen * 2 > bounds.width * bounds.height) return bounds;
  const nearest = areas.reduce((best, area) =>
    distance(bounds, area) < distance(bounds, best) ? area : best,
  );
  const width = Math.min(bounds.width, nearest.width);
  const height = Math.min(bounds.height, nearest.height);
  return {
    x: clamp(bounds.x, nearest.x, nearest.x + nearest.width - width),
    y: clamp(bounds.y, nearest.y, nearest.y + nearest.height - height),
    width,
    height,
  };
}

function overlap(a: Bounds, b: Bounds): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function distance(a: Bounds, b: Bounds): number {
  return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
}

function placeOf(value: unknown): WindowPlace | null {
  const { address, bounds, isMaximized } = (value ?? {}) as Partial<Record<keyof WindowPlace, unknown>>;
  const { x, y, width, height } = (bounds ?? {}) as Partial<Record<keyof Bounds, unknown>>;
  const whole = [x, y, width, height].every((one) => Number.isInteger(one) && Math.abs(one as number) < EDGE);
  if (!whole || typeof address !== 'string' || !/^\/(study\/[0-9.]{1,64})?$/.test(address)) return null;
  return {
    address,
    bounds: {
      x: x as number,
      y: y as number,
      width: Math.max(SMALLEST.width, width as number),
      height: Math.max(SMALLEST.height, height as number),
    },
    isMaximized: isMaximized === true,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
