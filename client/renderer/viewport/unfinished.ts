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

/** Takes away what is being drawn for the first time, and puts back what is being moved. @returns false when nothing is */
export function giveUpDrawing(): boolean {
  for (const tool of [...groups].flatMap(drawingToolsOf)) {
    const one = tool.editData?.annotation ?? tool.commonData?.annotation;
    const element = one && places.get(one);
    if (!one || !element || !(tool.isDrawing || state.isInteractingWithTool)) continue;
    const isNew = Boolean((tool.editData ?? tool.drawData)?.newAnnotation);
    // Else what was taken and has not moved yet would stay taken.
    if (!tool.isEditingOpen && !tool.isEditingClosed) tool.isDrawing = true;
    const { memo } = tool;
    tool.cancel(element);
    tool.doneEditMemo();
    if (memo) takeBack(memo);
    if (!isNew) holdUntilLetGo();
    else if (one.annotationUID) annotation.state.removeAnnotation(one.annotationUID);
    return true;
  }
  return false;
}

function drawingToolsOf(group: Types.IToolGroup): DrawingTool[] {
  const names = measuringTools.map((tool) => toolNames[tool]).filter((name) => group.hasTool(name));
  return names.map((name) => group.getToolInstance(name) as unknown as DrawingTool);
}

/** Makes it as it was before, as if it had never been otherwise. */
function takeBack(memo: object): void {
  const history = utilities.HistoryMemo.DefaultHistoryMemo;
  if (history.undoIf((last) => last === memo)) Object.assign(history, { redoAvailable: 0 });
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
