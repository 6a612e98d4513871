// Two Cornerstone tools that only report how far the pointer was dragged: windowing and scrolling are the page's own state.
import { BaseTool, type Types } from '@cornerstonejs/tools';

/** Called with CSS pixels right and down since the last call. */
export type OnDrag = (dx: number, dy: number) => void;

class DragTool extends BaseTool {
  constructor(props: Types.PublicToolProps = {}) {
    super(props, { supportedInteractionTypes: ['Mouse', 'Touch'], configuration: {} });
  }

  mouseDragCallback(event: Types.EventTypes.InteractionEventType): void {
    const [dx, dy] = event.detail.deltaPoints.canvas;
    const onDrag: OnDrag = this.configuration.onDrag;
    onDrag(dx, dy);
  }

  touchDragCallback(event: Types.EventTypes.InteractionEventType): void {
    this.mouseDragCallback(event);
  }
}

/** Drag right for a wider window, down for a darker picture. */
export class WindowDragTool extends DragTool {
  static override readonly toolName = 'StrataWindow';
}

/** Drag down for later slices. */
export class ScrollDragTool extends DragTool {
  static override readonly toolName = 'StrataScroll';
}
