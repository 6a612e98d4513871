// What the mouse does in a viewport: the chosen tool left, pan in the middle, zoom right, the wheel scrolls.
import { addTool, Enums, init, PanTool, ToolGroupManager, type Types, ZoomTool } from '@cornerstonejs/tools';
import { type OnDrag, ScrollDragTool, WindowDragTool } from './drag-tools.ts';
import { WheelSteps } from './wheel-steps.ts';

/** The tools for the left button. */
export type PrimaryTool = 'window' | 'zoom' | 'pan' | 'scroll';

const names: Record<PrimaryTool, string> = {
  window: WindowDragTool.toolName,
  zoom: ZoomTool.toolName,
  pan: PanTool.toolName,
  scroll: ScrollDragTool.toolName,
};

/** Pixels of a drag that make one slice. */
const dragPixelsPerSlice = 8;

let started = false;

/** Starts Cornerstone's tools. Must come before a viewport is made: they listen for that. */
export function startTools(): void {
  if (started) return;
  started = true;
  init();
  for (const tool of [WindowDragTool, ScrollDragTool, ZoomTool, PanTool]) addTool(tool);
}

/** What the tools report to. */
export interface MouseEvents {
  onWindowDrag: OnDrag;
  onScroll(delta: number): void;
  onZoom(factor: number): void;
  onDoubleClick(): void;
}

export class MouseTools {
  readonly #element: HTMLElement;
  readonly #events: MouseEvents;
  readonly #group: Types.IToolGroup;
  readonly #wheel = new WheelSteps();
  #dragged = 0;
  #primary: PrimaryTool = 'window';

  constructor(element: HTMLElement, viewportId: string, engineId: string, events: MouseEvents) {
    this.#element = element;
    this.#events = events;
    const group = ToolGroupManager.createToolGroup(`tools of ${viewportId}`);
    if (!group) throw new Error(`The viewport ${viewportId} has tools already; end them first.`);
    this.#group = group;
    group.addTool(names.window, { onDrag: events.onWindowDrag });
    group.addTool(names.scroll, { onDrag: (_: number, dy: number) => this.#scrollBy(dy) });
    group.addTool(names.zoom, { zoomToCenter: false, invert: true });
    group.addTool(names.pan);
    group.addViewport(viewportId, engineId);
    this.setPrimary('window');
    element.addEventListener('wheel', this.#onWheel, { passive: false });
    element.addEventListener('contextmenu', preventDefault);
    element.addEventListener('dblclick', events.onDoubleClick);
  }

  /** Puts a tool on the left button. */
  setPrimary(tool: PrimaryTool): void {
    const { Primary, Secondary, Auxiliary } = Enums.MouseBindings;
    this.#group.setToolPassive(names[this.#primary], { removeAllBindings: true });
    this.#primary = tool;
    const bindings = new Map<PrimaryTool, number[]>([['pan', [Auxiliary]]]);
    bindings.set('zoom', [Secondary]);
    bindings.set(tool, [Primary, ...(bindings.get(tool) ?? [])]);
    for (const [name, buttons] of bindings) {
      this.#group.setToolActive(names[name], { bindings: buttons.map((mouseButton) => ({ mouseButton })) });
    }
  }

  /** Removes the tools and their listeners. */
  destroy(): void {
    this.#element.removeEventListener('wheel', this.#onWheel);
    this.#element.removeEventListener('contextmenu', preventDefault);
    this.#element.removeEventListener('dblclick', this.#events.onDoubleClick);
    ToolGroupManager.destroyToolGroup(this.#group.id);
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
    if (event.ctrlKey) {
      this.#events.onZoom(Math.exp(-event.deltaY / 300));
      return;
    }
    const slices = this.#wheel.take(event);
    if (slices !== 0) this.#events.onScroll(slices);
  };
}

const preventDefault = (event: Event): void => event.preventDefault();
