// A measurement that was begun and not finished, as an angle with one leg: where it is drawn, and how it is given up.
import { eventTarget, getEnabledElementByViewportId } from '@cornerstonejs/core';
import { annotation, Enums, type Types } from '@cornerstonejs/tools';
import { measuringTools } from './primary-tool.ts';
import { toolNames } from './tools.ts';

/** What Cornerstone's measuring tools have beside what their types say. */
interface DrawingTool {
  readonly isDrawing?: boolean;
  readonly editData?: { readonly annotation?: Types.Annotation; readonly newAnnotation?: boolean } | null;
  /** Of what draws freehand, which does not edit while it draws. */
  readonly commonData?: { readonly annotation?: Types.Annotation } | null;
  cancel(element: HTMLDivElement): unknown;
}

const places = new WeakMap<object, HTMLDivElement>();
let tools: Types.IToolGroup | null = null;

/** Remembers from now on where each drawing of the group begins: giving up needs that element. */
export function watchUnfinished(group: Types.IToolGroup): void {
  tools = group;
  eventTarget.addEventListener(Enums.Events.ANNOTATION_ADDED, ((
    event: CustomEvent<Types.EventTypes.AnnotationAddedEventDetail>,
  ) => {
    const { annotation: begun, viewportId } = event.detail;
    const element = viewportId && getEnabledElementByViewportId(viewportId)?.viewport.element;
    if (begun && element) places.set(begun, element);
  }) as EventListener);
}

/** Takes away what is being drawn for the first time. @returns false when nothing is */
export function giveUpDrawing(): boolean {
  for (const name of measuringTools) {
    const tool = tools?.getToolInstance(toolNames[name]) as DrawingTool | undefined;
    const begun = tool?.isDrawing ? begunWith(tool) : undefined;
    const element = begun && places.get(begun);
    if (!tool || !begun || !element) continue;
    tool.cancel(element);
    if (begun.annotationUID) annotation.state.removeAnnotation(begun.annotationUID);
    return true;
  }
  return false;
}

function begunWith({ editData, commonData }: DrawingTool): Types.Annotation | undefined {
  return editData ? (editData.newAnnotation ? editData.annotation : undefined) : commonData?.annotation;
}
