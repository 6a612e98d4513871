// The Cornerstone tools that the page has, by the names that the page uses for them.
import {
  AngleTool,
  ArrowAnnotateTool,
  addTool,
  annotation,
  BidirectionalTool,
  CobbAngleTool,
  EllipticalROITool,
  init,
  LengthTool,
  PanTool,
  PlanarFreehandROITool,
  ProbeTool,
  RectangleROITool,
  ZoomTool,
} from '@cornerstonejs/tools';
import { PointTool, ScrollDragTool, WindowDragTool } from './drag-tools.ts';
import { MagnifierTool } from './magnifier-tool.ts';
import type { PrimaryTool } from './primary-tool.ts';

/** The tool of Cornerstone, or ours, behind each. Calibration is a length whose millimetres are asked for. */
export const toolNames: Record<PrimaryTool, string> = {
  window: WindowDragTool.toolName,
  zoom: ZoomTool.toolName,
  pan: PanTool.toolName,
  scroll: ScrollDragTool.toolName,
  magnifier: MagnifierTool.toolName,
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

/** How what is drawn looks: to be seen over black and over white. */
const lines = {
  ...{ color: '#f0d264', colorHighlighted: '#8fe0f8', colorSelected: '#8fe0f8', lineWidth: '1.5' },
  ...{ textBoxColor: '#f0d264', textBoxColorHighlighted: '#8fe0f8', textBoxColorSelected: '#8fe0f8' },
  ...{ textBoxFontFamily: 'Inter, Segoe UI, system-ui, sans-serif', textBoxFontSize: '12.5px' },
  ...{ textBoxBackground: 'rgba(0, 0, 0, 0.65)', shadow: true },
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
    MagnifierTool,
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
  const { style } = annotation.config;
  const { global } = style.getDefaultToolStyles();
  style.setDefaultToolStyles({ global: { ...global, ...lines } });
}
