// The one group of tools that all viewports share: what each mouse button does, and whom the tools report to.
import { Enums, ToolGroupManager, type Types } from '@cornerstonejs/tools';
import { measuringConfiguration } from './annotations.ts';
import type { OnDrag, OnPoint } from './drag-tools.ts';
import { measuringTools, type PrimaryTool } from './primary-tool.ts';
import { toolNames } from './tools.ts';

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
  }
  setPrimary('window');
  return made;
}

/** Puts a tool on the left button of all viewports. */
export function setPrimary(tool: PrimaryTool): void {
  const tools = toolGroup();
  const { Primary, Secondary, Auxiliary } = Enums.MouseBindings;
  tools.setToolPassive(toolNames[primary], { removeAllBindings: true });
  primary = tool;
  const bindings = new Map<PrimaryTool, number[]>([['pan', [Auxiliary]]]);
  bindings.set('zoom', [Secondary]);
  bindings.set(tool, [Primary, ...(bindings.get(tool) ?? [])]);
  for (const [name, buttons] of bindings) {
    tools.setToolActive(toolNames[name], { bindings: buttons.map((mouseButton) => ({ mouseButton })) });
  }
}

/** Gives a viewport the tools. @returns the function that takes them away */
export function useTools(viewportId: string, engineId: string, to: ToolReports): () => void {
  reports.set(viewportId, to);
  toolGroup().addViewport(viewportId, engineId);
  return () => {
    reports.delete(viewportId);
    toolGroup().removeViewports(engineId, viewportId);
  };
}
