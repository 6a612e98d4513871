// The one group of tools that all viewports share: what each mouse button does, and whom the tools report to.

import { Enums, ToolGroupManager, type Types } from '@cornerstonejs/tools';
import { effect } from '@preact/signals';
import { measuringConfiguration } from './annotations.ts';
import type { OnDrag, OnPoint } from './drag-tools.ts';
import { type DragSlot, dragSlots, type MouseButtons, mouseButtons } from './mouse-buttons.ts';
import { measuringTools, type PrimaryTool } from './primary-tool.ts';
import { drawThroughText } from './text-boxes.ts';
import { toolNames } from './tools.ts';
import { giveUpDrawing, watchUnfinished } from './unfinished.ts';

/** What the tools report of one viewport. */
export interface ToolReports {
  onWindowDrag(dx: number, dy: number): void;
  onScrollDrag(dy: number): void;
  /** Pointed at with the crosshair: millimetres, patient coordinates. */
  onPoint(at: readonly [number, number, number]): void;
}

const reports = new Map<string, ToolReports>();
let group: Types.IToolGroup | null = null;
let primary: PrimaryTool = 'window';
let bound: readonly PrimaryTool[] = [];

function toolGroup(): Types.IToolGroup {
  if (group) return group;
  const made = ToolGroupManager.createToolGroup('strata');
  if (!made) throw new Error('The tools of the viewports were made twice.');
  group = made;
  const onWindow: OnDrag = (id, dx, dy) => reports.get(id)?.onWindowDrag(dx, dy);
  const onScroll: OnDrag = (id, _, dy) => reports.get(id)?.onScrollDrag(dy);
  const onPoint: OnPoint = (id, at) => reports.get(id)?.onPoint(at);
  made.addTool(toolNames.window, { onDrag: onWindow });
  made.addTool(toolNames.scroll, { onDrag: onScroll });
  made.addTool(toolNames.crosshair, { onPoint });
  made.addTool(toolNames.zoom, { zoomToCenter: false, invert: true });
  made.addTool(toolNames.pan);
  made.addTool(toolNames.magnifier);
  for (const tool of measuringTools) {
    made.addTool(toolNames[tool], measuringConfiguration(tool));
    // Passive: what is drawn can be moved whatever the tool in hand.
    made.setToolPassive(toolNames[tool]);
    drawThroughText(made.getToolInstance(toolNames[tool]), () => isMeasuring(primary));
  }
  watchUnfinished(made);
  // Buttons that are set anew work at once.
  effect(() => bind(made, mouseButtons.value));
  return made;
}

const isMeasuring = (tool: PrimaryTool): boolean => measuringTools.some((each) => each === tool);

/** Puts a tool on the left button of all viewports. */
export function setPrimary(tool: PrimaryTool): void {
  // Its next click would go on with it, whatever the tool in hand.
  if (tool !== primary) giveUpDrawing();
  primary = tool;
  bind(toolGroup(), mouseButtons.peek());
}

const { Primary, Secondary, Auxiliary } = Enums.MouseBindings;
const { Shift, Ctrl } = Enums.KeyboardBindings;

type Binding = Types.IToolBinding;

const slotBindings: Readonly<Record<DragSlot, Binding>> = {
  middle: { mouseButton: Auxiliary },
  right: { mouseButton: Secondary },
  shiftLeft: { mouseButton: Primary, modifierKey: Shift },
  ctrlLeft: { mouseButton: Primary, modifierKey: Ctrl },
};

/** Gives every button its tool; what has none any more is passive. */
function bind(tools: Types.IToolGroup, buttons: MouseButtons): void {
  const bindings = new Map<PrimaryTool, Binding[]>([[primary, [{ mouseButton: Primary }]]]);
  for (const slot of dragSlots) {
    const tool = buttons[slot];
    if (tool) bindings.set(tool, [...(bindings.get(tool) ?? []), slotBindings[slot]]);
  }
  for (const tool of bound) tools.setToolPassive(toolNames[tool], { removeAllBindings: true });
  bound = [...bindings.keys()];
  for (const [tool, of] of bindings) tools.setToolActive(toolNames[tool], { bindings: of });
}

/** Gives a viewport the tools. @returns the function that takes them away */
export function useTools(viewportId: string, engineId: string, to: ToolReports): () => void {
  reports.set(viewportId, to);
  toolGroup().addViewport(viewportId, engineId);
  return () => {
    reports.delete(viewportId);
    giveUpDrawing();
    toolGroup().removeViewports(engineId, viewportId);
  };
}
