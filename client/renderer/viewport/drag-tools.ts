// Cornerstone tools that only report what the pointer does: windowing, scrolling and pointing are the page's own state.
import { BaseTool, type Types } from '@cornerstonejs/tools';

type Interaction = Types.EventTypes.InteractionEventType;

/** Called with the viewport and CSS pixels right and down since the last call. */
export type OnDrag = (viewportId: string, dx: number, dy: number) => void;

class DragTool extends BaseTool {
  constructor(props: Types.PublicToolProps = {}) {
    super(props, { supportedInteractionTypes: ['Mouse', 'Touch'], configuration: {} });
  }

  mouseDragCallback(event: Interaction): void {
    const [dx, dy] = event.detail.deltaPoints.canvas;
    const onDrag: OnDrag = this.configuration.onDrag;
    onDrag(event.detail.viewportId, dx, dy);
  }

  touchDragCallback(event: Interaction): void {
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

/** Called with the viewport and where in the patient the pointer is. */
export type OnPoint = (viewportId: string, at: readonly [number, number, number]) => void;

/** Press or drag to point at a place in the patient. */
export class PointTool extends BaseTool {
  static override readonly toolName = 'StrataPoint';

  constructor(props: Types.PublicToolProps = {}) {
    super(props, { supportedInteractionTypes: ['Mouse', 'Touch'], configuration: {} });
  }

  preMouseDownCallback = (event: Interaction): boolean => {
    this.mouseDragCallback(event);
    return true;
  };

  mouseDragCallback(event: Interaction): void {
    const onPoint: OnPoint = this.configuration.onPoint;
    onPoint(event.detail.viewportId, event.detail.currentPoints.world);
  }

  touchDragCallback(event: Interaction): void {
    this.mouseDragCallback(event);
  }
}
