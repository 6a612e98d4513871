// What is being drawn or moved just now: where it is, and how it is given up.
import { eventTarget, getEnabledElementByViewportId, utilities } from '@cornerstonejs/core';
import { annotation, Enums, state, type Types } from '@cornerstonejs/tools';
import { measuringTools } from './primary-tool.ts';
import { toolNames } from './tools.ts';

interface Selecting {
  readonly detail: { readonly element: HTMLDivElement };
}

type Select = (event: Selecting, one: Types.Annotation, ...others: unknown[]) => void;

/** What Cornerstone's measuring tools have beside what their types say. */
interface DrawingTool {
  isDrawing?: boolean;
  readonly editData?: { readonly annotation?: Types.Annotation; readonly newAnnotation?: boolean } | null;
  /** Of what draws freehand. */
  readonly commonData?: { readonly annotation?: Types.Annotation } | null;
  readonly drawData?: { readonly newAnnotation?: boolean } | null;
  readonly isEditingOpen?: boolean;
  readonly isEditingClosed?: boolean;
  /** How it was before, or that it was not there; from its first move on. */
  readonly memo?: object | null;
  /** Called when something that is drawn is taken by its line, and by one of its handles. */
  toolSelectedCallback: Select;
  handleSelectedCallback: Select;
  cancel(element: HTMLDivElement): unknown;
  doneEditMemo(): void;
}

const places = new WeakMap<object, HTMLDivElement>();
const groups = new Set<Types.IToolGroup>();

/**
 * Remembers from now on where each drawing of the group begins, and each move: giving up needs that element.
 * @returns the function that ends it
 */
export function watchUnfinished(group: Types.IToolGroup): () => void {
  // Adding the same listener again changes nothing.
  eventTarget.addEventListener(Enums.Events.ANNOTATION_ADDED, onAdded);
  groups.add(group);
  for (const tool of drawingToolsOf(group)) {
    for (const name of ['toolSelectedCallback', 'handleSelectedCallback'] as const) {
      const select: Select = tool[name].bind(tool);
      tool[name] = (event, one, ...others) => {
        places.set(one, event.detail.element);
        select(event, one, ...others);
      };
    }
  }
  return () => groups.delete(group);
}

const onAdded = ((event: CustomEvent<Types.EventTypes.AnnotationAddedEventDetail>) => {
  const { annotation: begun, viewportId } = event.detail;
  const element = viewportId && getEnabledElementByViewportId(viewportId)?.viewport.element;
  if (begun && element) places.set(begun, element);
}) as EventListener;

interface Unfinished {
  readonly tool: DrawingTool;
  readonly one: Types.Annotation;
  readonly element: HTMLDivElement;
  /** Drawn for the first time, not moved. */
  readonly isNew: boolean;
}

/** What is being drawn or moved; null when nothing is. */
function unfinished(): Unfinished | null {
  for (const tool of [...groups].flatMap(drawingToolsOf)) {
    const one = tool.editData?.annotation ?? tool.commonData?.annotation;
    const element = one && places.get(one);
    if (!one || !element || !(tool.isDrawing || state.isInteractingWithTool)) continue;
    return { tool, one, element, isNew: Boolean((tool.editData ?? tool.drawData)?.newAnnotation) };
  }
  return null;
}

/** Takes away what is being drawn for the first time, and puts back what is being moved. @returns false when nothing is */
export function giveUpDrawing(): boolean {
  const found = unfinished();
  if (!found) return false;
  const { tool, one, element, isNew } = found;
  // Else what was taken and has not moved yet would stay taken.
  if (!tool.isEditingOpen && !tool.isEditingClosed) tool.isDrawing = true;
  const { memo } = tool;
  tool.cancel(element);
  tool.doneEditMemo();
  if (memo) takeBack((last) => last === memo);
  if (!isNew) holdUntilLetGo();
  else if (one.annotationUID) annotation.state.removeAnnotation(one.annotationUID);
  return true;
}

/** What the last click began to draw; 'drawing' where it went on with what was begun before. */
let click: Types.Annotation | 'drawing' | null = null;

/** Runs a press of the mouse, and remembers what it begins. */
export function startClick(press: () => void): void {
  const wasDrawing = unfinished() !== null;
  press();
  const begun = unfinished();
  click = wasDrawing ? 'drawing' : begun?.isNew ? begun.one : null;
}

/** The click was the first of a double click: what it began is gone. @returns whether it belongs to a drawing */
export function endClick(): 'drawing' | 'nothing drawn' {
  const begun = click;
  click = null;
  if (begun === 'drawing') return begun;
  if (begun && unfinished()?.one === begun) giveUpDrawing();
  // A value at a point is finished when the mouse is let go.
  else if (begun?.data.handles?.points?.length === 1) takeBack((last) => isOf(last, begun));
  return 'nothing drawn';
}

const isOf = (memo: unknown, { annotationUID }: Types.Annotation): boolean =>
  (memo as { readonly id?: string }).id === annotationUID;

function drawingToolsOf(group: Types.IToolGroup): DrawingTool[] {
  const names = measuringTools.map((tool) => toolNames[tool]).filter((name) => group.hasTool(name));
  return names.map((name) => group.getToolInstance(name) as unknown as DrawingTool);
}

/** Makes it as it was before, as if it had never been otherwise. */
function takeBack(isMeant: (last: unknown) => boolean): void {
  const history = utilities.HistoryMemo.DefaultHistoryMemo;
  if (history.undoIf(isMeant)) Object.assign(history, { redoAvailable: 0 });
}

/** The button is still down: the rest of the drag is no window and no zoom. */
function holdUntilLetGo(): void {
  state.isInteractingWithTool = true;
  const done = new AbortController();
  for (const event of ['mouseup', 'touchend', 'touchcancel', 'blur']) {
    const letGo = () => {
      done.abort();
      state.isInteractingWithTool = false;
    };
    addEventListener(event, letGo, { signal: done.signal });
  }
}
