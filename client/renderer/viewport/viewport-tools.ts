// What the mouse does in a viewport: the shared tools by drag, the wheel scrolls, with Ctrl it zooms.
import { mouseButtons } from './mouse-buttons.ts';
import { followMouse } from './mouse-presses.ts';
import type { Pinch } from './pinch.ts';
import type { PrimaryTool } from './primary-tool.ts';
import { setPrimary, useTools } from './tool-group.ts';
import { followFingers } from './touch-gestures.ts';
import { WheelSteps } from './wheel-steps.ts';

/** Pixels of a drag that make one slice. */
const dragPixelsPerSlice = 8;

/** What the tools report to. */
export interface ToolEvents {
  /** The window was dragged: pixels right and down since the last call. */
  onWindowDrag(dx: number, dy: number): void;
  /** Scrolled by so many slices. */
  onScroll(delta: number): void;
  /** Pointed at with the crosshair: millimetres, patient coordinates. */
  onPoint(at: readonly [number, number, number]): void;
  onZoom(factor: number): void;
  /** Two fingers moved. */
  onPinch(pinch: Pinch): void;
  onDoubleClick(): void;
}

export class ViewportTools {
  readonly #element: HTMLDivElement;
  readonly #events: ToolEvents;
  readonly #remove: () => void;
  readonly #leaveFingers: () => void;
  readonly #leaveMouse: () => void;
  readonly #wheel = new WheelSteps();
  #dragged = 0;

  constructor(element: HTMLDivElement, viewportId: string, engineId: string, events: ToolEvents) {
    this.#element = element;
    this.#events = events;
    this.#remove = useTools(viewportId, engineId, {
      onWindowDrag: (dx, dy) => events.onWindowDrag(dx, dy),
      onScrollDrag: (dy) => this.#scrollBy(dy),
      onPoint: (at) => events.onPoint(at),
    });
    this.#leaveFingers = followFingers(element, (pinch) => events.onPinch(pinch));
    this.#leaveMouse = followMouse(element);
    element.addEventListener('wheel', this.#onWheel, { passive: false });
    element.addEventListener('contextmenu', preventDefault);
    element.addEventListener('dblclick', events.onDoubleClick);
  }

  /** Puts a tool on the left button of all viewports. */
  setPrimary(tool: PrimaryTool): void {
    setPrimary(tool);
  }

  /** Removes the tools and their listeners. */
  destroy(): void {
    this.#leaveFingers();
    this.#leaveMouse();
    this.#element.removeEventListener('wheel', this.#onWheel);
    this.#element.removeEventListener('contextmenu', preventDefault);
    this.#element.removeEventListener('dblclick', this.#events.onDoubleClick);
    this.#remove();
  }

  #scrollBy(dy: number): void {
    this.#dragged += dy;
    const slices = Math.trunc(this.#dragged / dragPixelsPerSlice);
    this.#dragged -= slices * dragPixelsPerSlice;
    if (slices !== 0) this.#events.onScroll(slices);
  }

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    // A trackpad's pinch arrives as a wheel with Ctrl held.
    if (event.ctrlKey !== (mouseButtons.peek().wheel === 'zoom')) {
      this.#events.onZoom(Math.exp(-event.deltaY / 300));
      return;
    }
    const slices = this.#wheel.take(event);
    if (slices !== 0) this.#events.onScroll(slices);
  };
}

const preventDefault = (event: Event): void => event.preventDefault();
