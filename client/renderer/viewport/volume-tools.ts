// What the mouse does in the planes of a volume: crosshair or window left, pan in the middle, zoom right, the wheel goes through.
import {
  addTool,
  CrosshairsTool,
  Enums,
  StackScrollTool,
  ToolGroupManager,
  type Types,
} from '@cornerstonejs/tools';
import type { OnDrag } from './drag-tools.ts';
import { toolNames } from './tools.ts';

/** The left mouse button: points at a place in all planes, or drags the window. */
export type ReformatTool = 'crosshair' | 'window';

const groupId = 'strata planes';
let added = false;

export class VolumeTools {
  readonly #group: Types.IToolGroup;

  /** @param colours of the line of each plane in the others, by viewport */
  constructor(engineId: string, colours: Readonly<Record<string, string>>, onWindow: OnDrag) {
    if (!added) for (const tool of [CrosshairsTool, StackScrollTool]) addTool(tool);
    added = true;
    const group = ToolGroupManager.createToolGroup(groupId);
    if (!group) throw new Error('A volume is shown already.');
    this.#group = group;
    group.addTool(CrosshairsTool.toolName, { getReferenceLineColor: (id: string) => colours[id] });
    group.addTool(toolNames.window, { onDrag: onWindow });
    group.addTool(StackScrollTool.toolName);
    group.addTool(toolNames.zoom, { zoomToCenter: false, invert: true });
    group.addTool(toolNames.pan);
    for (const viewportId of Object.keys(colours)) group.addViewport(viewportId, engineId);
    const { Secondary, Auxiliary, Wheel } = Enums.MouseBindings;
    group.setToolActive(StackScrollTool.toolName, { bindings: [{ mouseButton: Wheel }] });
    group.setToolActive(toolNames.zoom, { bindings: [{ mouseButton: Secondary }] });
    group.setToolActive(toolNames.pan, { bindings: [{ mouseButton: Auxiliary }] });
  }

  /** Puts a tool on the left button. The crosshair stays in sight. */
  use(tool: ReformatTool): void {
    const crosshair = CrosshairsTool.toolName;
    const [on, off] = tool === 'crosshair' ? [crosshair, toolNames.window] : [toolNames.window, crosshair];
    this.#group.setToolPassive(off, { removeAllBindings: true });
    this.#group.setToolActive(on, { bindings: [{ mouseButton: Enums.MouseBindings.Primary }] });
  }

  close(): void {
    ToolGroupManager.destroyToolGroup(groupId);
  }
}
