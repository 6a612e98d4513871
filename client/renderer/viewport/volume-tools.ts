// What the mouse does in the planes of a volume: the tool in hand left, pan in the middle, zoom right, the wheel goes through.
import {
  addTool,
  CrosshairsTool,
  Enums,
  StackScrollTool,
  ToolGroupManager,
  type Types,
} from '@cornerstonejs/tools';
import type { OnDrag } from './drag-tools.ts';
import { followMouse } from './mouse-presses.ts';
import { type DescribePlaneDrawn, planeConfiguration, watchPlanes } from './plane-annotations.ts';
import { type PlaneTool, planeMeasuringTools } from './primary-tool.ts';
import { drawThroughText } from './text-boxes.ts';
import { toolNames } from './tools.ts';
import { giveUpDrawing, watchUnfinished } from './unfinished.ts';

const groupId = 'strata planes';
const { Primary, Secondary, Auxiliary, Wheel } = Enums.MouseBindings;
let added = false;

export interface VolumeToolReports {
  readonly onWindow: OnDrag;
  readonly describe: DescribePlaneDrawn;
}

export class VolumeTools {
  readonly #group: Types.IToolGroup;
  readonly #endings: readonly (() => void)[];
  #inHand: PlaneTool = 'crosshair';
  #bound: readonly string[] = [];

  /**
   * @param colours of the line of each plane in the others, by viewport
   * @param elements of the viewports
   */
  constructor(
    engineId: string,
    colours: Readonly<Record<string, string>>,
    elements: readonly HTMLDivElement[],
    reports: VolumeToolReports,
  ) {
    if (!added) for (const tool of [CrosshairsTool, StackScrollTool]) addTool(tool);
    added = true;
    const group = ToolGroupManager.createToolGroup(groupId);
    if (!group) throw new Error('A volume is shown already.');
    this.#group = group;
    group.addTool(CrosshairsTool.toolName, {
      getReferenceLineColor: (id: string) => colours[id],
      // The slab is the page's to set, for all planes: it says how thick it is.
      getReferenceLineSlabThicknessControlsOn: () => false,
    });
    group.addTool(toolNames.window, { onDrag: reports.onWindow });
    group.addTool(StackScrollTool.toolName);
    group.addTool(toolNames.zoom, { zoomToCenter: false, invert: true });
    group.addTool(toolNames.pan);
    for (const tool of planeMeasuringTools) {
      const name = toolNames[tool];
      group.addTool(name, planeConfiguration(reports.describe));
      // Passive: what is drawn can be moved whatever the tool in hand.
      group.setToolPassive(name);
      drawThroughText(group.getToolInstance(name), () => isMeasuring(this.#inHand));
    }
    this.#endings = [
      watchPlanes(),
      watchUnfinished(group),
      ...elements.map((element) => this.#followMouse(element)),
    ];
    for (const viewportId of Object.keys(colours)) group.addViewport(viewportId, engineId);
  }

  /** The first click of a double click points at no place. */
  #followMouse(element: HTMLDivElement): () => void {
    const crosshair: CrosshairsTool = this.#group.getToolInstance(CrosshairsTool.toolName);
    let before = crosshair.toolCenter;
    return followMouse(element, {
      onFirst: () => {
        before = [...crosshair.toolCenter];
      },
      onDouble: () => {
        if (this.#inHand === 'crosshair') crosshair.setToolCenter(before);
      },
    });
  }

  /** Puts a tool on the left button. The crosshair stays in sight; where something is measured it cannot be moved. */
  use(tool: PlaneTool): void {
    if (tool !== this.#inHand) giveUpDrawing();
    this.#inHand = tool;
    const bindings = new Map<string, Types.IToolBinding[]>([
      [nameOf('scroll'), [{ mouseButton: Wheel }]],
      [nameOf('zoom'), [{ mouseButton: Secondary }]],
      [nameOf('pan'), [{ mouseButton: Auxiliary }]],
    ]);
    bindings.set(nameOf(tool), [...(bindings.get(nameOf(tool)) ?? []), { mouseButton: Primary }]);
    for (const name of this.#bound) this.#group.setToolPassive(name, { removeAllBindings: true });
    this.#bound = [...bindings.keys()];
    for (const [name, of] of bindings) this.#group.setToolActive(name, { bindings: of });
    if (isMeasuring(tool)) this.#group.setToolEnabled(CrosshairsTool.toolName);
    else if (tool !== 'crosshair') this.#group.setToolPassive(CrosshairsTool.toolName);
  }

  close(): void {
    giveUpDrawing();
    for (const end of this.#endings) end();
    ToolGroupManager.destroyToolGroup(groupId);
  }
}

const isMeasuring = (tool: PlaneTool): boolean => planeMeasuringTools.some((each) => each === tool);

function nameOf(tool: PlaneTool): string {
  if (tool === 'crosshair') return CrosshairsTool.toolName;
  return tool === 'scroll' ? StackScrollTool.toolName : toolNames[tool];
}
