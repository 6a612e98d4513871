// Tells Cornerstone's tools of presses, drags and clicks as they happen. Its own listener keeps each press for 400 ms, to see
// whether a double click comes; here the first press counts at once, and a double click takes back what it began.
import { getEnabledElement, triggerEvent } from '@cornerstonejs/core';
import { Enums, type Types } from '@cornerstonejs/tools';
import { endClick, startClick } from './unfinished.ts';

/** What is done about clicks besides what the tools do. */
export interface Clicks {
  /** A press comes that may become a double click. */
  onFirst?(): void;
  /** A double click came: what its first click did is to be as if it had not been. */
  onDouble?(): void;
}

/** Let go within so many ms a press is a click. */
const clickMs = 200;
/** A hand is not still when it presses: for so many ms so many pixels are no drag. */
const still = { ms: 400, pixels: 3 };

interface Press {
  readonly event: MouseEvent;
  readonly start: Types.IPoints;
  /** Where the pointer was when tools heard of it last. */
  last: MouseEvent;
  /** The second press of a double click is nobody's, unless it becomes a drag. */
  isTold: boolean;
  isDragged: boolean;
  readonly ended: AbortController;
}

/**
 * Has the tools hear of the mouse in a viewport. A double click that ends a drawing is a click: no one else hears of it.
 * @param element of a viewport that Cornerstone knows already
 * @returns the function that ends it
 */
export function followMouse(element: HTMLDivElement, clicks: Clicks = {}): () => void {
  const follower = new MouseFollower(element, clicks);
  const ended = new AbortController();
  const options = { signal: ended.signal, capture: true };
  element.addEventListener('mousedown', follower.onDown, options);
  element.addEventListener('dblclick', follower.onDoubleClick, options);
  return () => {
    ended.abort();
    follower.close();
  };
}

const { MOUSE_DOWN, MOUSE_DOWN_ACTIVATE, MOUSE_DRAG, MOUSE_CLICK, MOUSE_UP } = Enums.Events;

class MouseFollower {
  readonly #element: HTMLDivElement;
  readonly #clicks: Clicks;
  #press: Press | null = null;
  /** The second press became a drag. */
  #isNoDoubleClick = false;

  constructor(element: HTMLDivElement, clicks: Clicks) {
    this.#element = element;
    this.#clicks = clicks;
  }

  readonly onDown = (event: MouseEvent): void => {
    // Cornerstone's own listener would keep it.
    event.stopImmediatePropagation();
    const isAnother = (event.buttons & (event.buttons - 1)) !== 0;
    if (this.#press && isAnother) return;
    this.close();
    const start = this.#pointsOf(event);
    if (!start) return;
    const ended = new AbortController();
    this.#press = { event, start, last: event, isTold: false, isDragged: false, ended };
    const options = { signal: ended.signal, capture: true };
    document.addEventListener('mousemove', this.#onMove, options);
    document.addEventListener('mouseup', this.#onUp, options);
    this.#isNoDoubleClick = false;
    if (!isSecond(event)) this.#tellPress(this.#press);
  };

  readonly onDoubleClick = (event: MouseEvent): void => {
    if (this.#isNoDoubleClick || endClick() === 'drawing') event.stopImmediatePropagation();
    else this.#clicks.onDouble?.();
  };

  close(): void {
    this.#press?.ended.abort();
    this.#press = null;
  }

  readonly #onMove = (event: MouseEvent): void => {
    const press = this.#press;
    if (!press) return;
    // No one takes it for a move without a button.
    event.stopPropagation();
    const { clientX: x, clientY: y, timeStamp } = press.event;
    const isStill = Math.abs(event.clientX - x) + Math.abs(event.clientY - y) <= still.pixels;
    if (isStill && !press.isDragged && (!press.isTold || event.timeStamp - timeStamp < still.ms)) return;
    press.isDragged = true;
    if (!press.isTold) {
      this.#isNoDoubleClick = true;
      this.#tellPress(press);
    }
    this.#tell(press, MOUSE_DRAG, event);
  };

  readonly #onUp = (event: MouseEvent): void => {
    const press = this.#press;
    if (!press || event.button !== press.event.button) return;
    this.close();
    const isClick = event.timeStamp - press.event.timeStamp < clickMs;
    if (press.isTold) this.#tell(press, isClick ? MOUSE_CLICK : MOUSE_UP, event);
  };

  #tellPress(press: Press): void {
    press.isTold = true;
    this.#clicks.onFirst?.();
    startClick(() => {
      if (this.#tell(press, MOUSE_DOWN, press.event)) this.#tell(press, MOUSE_DOWN_ACTIVATE, press.event);
    });
  }

  /** @returns whether a tool left it to others */
  #tell(press: Press, eventName: string, event: MouseEvent): boolean {
    const enabled = getEnabledElement(this.#element);
    const [currentPoints, lastPoints] = [this.#pointsOf(event), this.#pointsOf(press.last)];
    if (!enabled || !currentPoints || !lastPoints) return false;
    const { renderingEngineId, viewportId } = enabled;
    press.last = event;
    return triggerEvent(this.#element, eventName, {
      ...{ event, eventName, renderingEngineId, viewportId, element: this.#element, camera: {} },
      ...{ mouseButton: press.event.buttons, startPoints: press.start, lastPoints, currentPoints },
      deltaPoints: difference(currentPoints, lastPoints),
    });
  }

  /** As the viewport is now; null when it is gone. */
  #pointsOf({ pageX, pageY, clientX, clientY }: MouseEvent): Types.IPoints | null {
    const viewport = getEnabledElement(this.#element)?.viewport;
    if (!viewport) return null;
    const { left, top } = this.#element.getBoundingClientRect();
    const canvas: [number, number] = [clientX - left, clientY - top];
    return {
      page: [pageX, pageY],
      client: [clientX, clientY],
      canvas,
      world: viewport.canvasToWorld(canvas),
    };
  }
}

const isSecond = ({ detail }: MouseEvent): boolean => detail > 0 && detail % 2 === 0;

function difference(to: Types.IPoints, from: Types.IPoints): Types.IPoints {
  const flat = (a: readonly number[], b: readonly number[]): [number, number] => [
    (a[0] ?? 0) - (b[0] ?? 0),
    (a[1] ?? 0) - (b[1] ?? 0),
  ];
  const [page, client, canvas] = [
    flat(to.page, from.page),
    flat(to.client, from.client),
    flat(to.canvas, from.canvas),
  ];
  const [a, b] = [to.world, from.world];
  return { page, client, canvas, world: [a[0] - b[0], a[1] - b[1], a[2] - b[2]] };
}
