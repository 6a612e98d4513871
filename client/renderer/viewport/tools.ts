// The Cornerstone tools that the page has, by the names that the page uses for them.
import {
  AngleTool,
  ArrowAnnotateTool,
  addTool,
  BidirectionalTool,
  CobbAngleTool,
  EllipticalROITool,
  init,
  LengthTool,
  MagnifyTool,
  PanTool,
  PlanarFreehandROITool,
  ProbeTool,
  RectangleROITool,
  ZoomTool,
} from '@cornerstonejs/tools';
import { PointTool, ScrollDragTool, WindowDragTool } from './drag-tools.ts';
import type { PrimaryTool } from './primary-tool.ts';

/** The tool of Cornerstone, or ours, behind each. Calibration is a length whose millimetres are asked for. */
export const toolNames: Record<PrimaryTool, string> = {
  window: WindowDragTool.toolName,
  zoom: ZoomTool.toolName,
  pan: PanTool.toolName,
  scroll: ScrollDragTool.toolName,
  magnifier: MagnifyTool.toolName,
  crosshair: PointTool.toolName,
  length: LengthTool.toolName,
  angle: AngleTool.toolName,
  cobb: CobbAngleTool.toolName,
  ellipse: EllipticalROITool.toolName,
  rectangle: RectangleROITool.toolName,
  freehand: PlanarFreehandROITool.toolName,
  bidirectional: BidirectionalTool.toolName,
  arrow: ArrowAnnotateTool.toolName,
  probe: ProbeTool.toolName,
};

let started = false;

/** Starts Cornerstone's tools. Must come before a viewport is made: they listen for that. */
export function startTools(): void {
  if (started) return;
  started = true;
  init();
  const tools = [
    WindowDragTool,
    ScrollDragTool,
    PointTool,
    ZoomTool,
    PanTool,
    MagnifyTool,
    LengthTool,
    AngleTool,
    CobbAngleTool,
    EllipticalROITool,
    RectangleROITool,
    PlanarFreehandROITool,
    BidirectionalTool,
    ArrowAnnotateTool,
    ProbeTool,
  ];
  for (const tool of tools) addTool(tool);
}
