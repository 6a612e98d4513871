// What is drawn on images with Cornerstone's measuring tools: listed, described, removed, taken back.
import { eventTarget, getRenderingEngines, type Types, utilities } from '@cornerstonejs/core';
import { AnnotationTool, annotation, Enums, utilities as toolUtilities } from '@cornerstonejs/tools';
import { warmId } from './engine.ts';
import { scheme } from './image-id.ts';
import { isPlaneSpace } from './plane-ids.ts';
import { type MeasuringTool, measuringTools } from './primary-tool.ts';
import { toolNames } from './tools.ts';
import { giveUpDrawing as giveUp } from './unfinished.ts';

/** Something drawn on an image. */
export interface Drawn {
  readonly tool: MeasuringTool;
  /** See imageIdOf. */
  readonly imageId: string;
  /** Handles, or the outline of a freehand region; millimetres, patient coordinates. */
  readonly points: readonly (readonly [number, number, number])[];
  /** Whether a freehand outline comes back to where it began. */
  readonly closed: boolean;
  /** Of an arrow. */
  readonly text: string;
  /** The same object as long as it is the same thing drawn. */
  readonly source: object;
}

export interface DrawnItem extends Drawn {
  readonly uid: string;
}

/** How the page takes part in drawing. */
export interface AnnotationHost {
  /** The lines of text beside what is drawn. Called at each drawing: must be quick. */
  describe(drawn: Drawn): readonly string[];
  /** Asks for the text of an arrow; null takes the arrow back. */
  askText(now: string): Promise<string | null>;
}

let host: AnnotationHost = { describe: () => [], askText: async () => null };

/** Says who describes what is drawn. */
export function setAnnotationHost(next: AnnotationHost): void {
  host = next;
}

interface Data {
  readonly handles?: { readonly points?: readonly (readonly number[])[] };
  readonly contour?: { readonly polyline?: readonly (readonly number[])[]; readonly closed?: boolean };
  readonly label?: string;
}

function drawnFrom(tool: MeasuringTool, imageId: string, data: Data): Drawn {
  const points = tool === 'freehand' ? data.contour?.polyline : data.handles?.points;
  return {
    tool,
    imageId,
    points: (points ?? []).map(([x = 0, y = 0, z = 0]) => {
      // Cornerstone puts outlines back in single precision: what was put back is what it was before.
      return tool === 'freehand' ? ([Math.fround(x), Math.fround(y), Math.fround(z)] as const) : [x, y, z];
    }),
    closed: data.contour?.closed ?? false,
    text: data.label ?? '',
    source: data,
  };
}

/** The configuration of a measuring tool: its text is ours. */
export function measuringConfiguration(tool: MeasuringTool): Record<string, unknown> {
  const getTextLines = (data: Data, target: string | readonly string[]) => {
    const targetId = typeof target === 'string' ? target : (target[0] ?? '');
    return [...host.describe(drawnFrom(tool, targetId.replace(/^imageId:/, ''), data))];
  };
  if (tool !== 'arrow') return { getTextLines };
  const ask = (now: string, done: (text: string) => void) => {
    void host.askText(now).then((text) => done(text ?? now));
  };
  return {
    getTextCallback: (done: (text: string) => void) => ask('', done),
    changeTextCallback: (data: Data, _: unknown, done: (text: string) => void) => ask(data.label ?? '', done),
  };
}

/** All that is drawn on images, in the order of drawing. */
export function drawnItems(): DrawnItem[] {
  return annotation.state.getAllAnnotations().flatMap((one) => {
    const tool = measuringTools.find((name) => toolNames[name] === one.metadata?.toolName);
    const imageId = one.metadata?.referencedImageId;
    if (!tool || !imageId || !one.annotationUID || isPlaneSpace(one.metadata?.FrameOfReferenceUID)) return [];
    return [{ uid: one.annotationUID, ...drawnFrom(tool, imageId, one.data as Data) }];
  });
}

/** Something to be drawn that was drawn before, here or elsewhere. */
export interface Redrawn extends Omit<Drawn, 'source'> {
  readonly uid: string;
  /** Directions of the image's rows and columns. */
  readonly rowCosines: readonly [number, number, number];
  readonly columnCosines: readonly [number, number, number];
}

/** Draws what was drawn before. It cannot be taken back by `undoDrawing`. */
export function drawAgain(all: readonly Redrawn[]): void {
  for (const { uid, tool, imageId, points, closed, text, rowCosines, columnCosines } of all) {
    const [a, b, c] = rowCosines;
    const [d, e, f] = columnCosines;
    const places = points.map((point): Types.Point3 => [...point]);
    const isFreehand = tool === 'freehand';
    const one = AnnotationTool.createAnnotation({
      annotationUID: uid,
      highlighted: false,
      metadata: {
        toolName: toolNames[tool],
        FrameOfReferenceUID: scheme,
        referencedImageId: imageId,
        // As a camera looks at the image, from the patient's feet.
        viewPlaneNormal: [c * e - b * f, a * f - c * d, b * d - a * e],
        viewUp: [-d, -e, -f],
      },
      data: {
        label: text,
        handles: { points: isFreehand ? (closed ? [] : [places[0], places.at(-1)]) : places },
        ...(isFreehand && { contour: { polyline: places, closed } }),
        ...(tool === 'arrow' && { text, handles: { points: places, arrowFirst: true } }),
      },
    });
    annotation.state.addAnnotation(one, undefined as unknown as HTMLDivElement);
  }
  redraw();
}

/** Takes something away that is drawn again otherwise, or not any more; it cannot be brought back. */
export function eraseDrawn(uids: readonly string[]): void {
  for (const uid of uids) annotation.state.removeAnnotation(uid);
  redraw();
}

/** Tells of everything drawn, changed or removed. @returns the function that ends it */
export function watchDrawing(onChange: (what: 'changed' | 'completed') => void): () => void {
  const { ANNOTATION_COMPLETED, ANNOTATION_MODIFIED, ANNOTATION_REMOVED, ANNOTATION_ADDED } = Enums.Events;
  const changed = () => onChange('changed');
  const completed = () => onChange('completed');
  const events = [ANNOTATION_MODIFIED, ANNOTATION_REMOVED, ANNOTATION_ADDED];
  for (const event of events) eventTarget.addEventListener(event, changed);
  eventTarget.addEventListener(ANNOTATION_COMPLETED, completed);
  return () => {
    for (const event of events) eventTarget.removeEventListener(event, changed);
    eventTarget.removeEventListener(ANNOTATION_COMPLETED, completed);
  };
}

/** Takes away what is being drawn for the first time. @returns false when nothing is */
export function giveUpDrawing(): boolean {
  const had = giveUp();
  if (had) redraw();
  return had;
}

/** Removes something drawn; it can be brought back by `undoDrawing`. */
export function removeDrawn(uid: string): void {
  const one = annotation.state.getAnnotation(uid);
  if (!one) return;
  // Without an element it comes back by its own place, whatever viewports there are then.
  AnnotationTool.createAnnotationMemo(undefined as unknown as HTMLDivElement, one, { deleting: true });
  annotation.state.removeAnnotation(uid);
  redraw();
}

/** Removes all, for good: nothing of it can be brought back. */
export function removeAllDrawn(): void {
  annotation.state.removeAllAnnotations();
  forgetHistory();
}

/** Nothing of what was done so far can be taken back, nothing is selected: what comes next is drawn elsewhere. */
export function beginElsewhere(): void {
  annotation.selection.deselectAnnotation();
  forgetHistory();
}

function forgetHistory(): void {
  const { DefaultHistoryMemo } = utilities.HistoryMemo;
  // Setting its size empties it.
  DefaultHistoryMemo.size = 50;
}

/** The one that is selected; null when there is none. */
export function selectedDrawn(): string | null {
  // Cornerstone forgets what is gone only when something else is selected.
  const selected = annotation.selection.getAnnotationsSelected();
  return selected.findLast((uid) => annotation.state.getAnnotation(uid) !== undefined) ?? null;
}

export function undoDrawing(): void {
  utilities.HistoryMemo.DefaultHistoryMemo.undo();
  redraw();
}

export function redoDrawing(): void {
  utilities.HistoryMemo.DefaultHistoryMemo.redo();
  redraw();
}

/** Draws all again: what describes them changed. */
export function redraw(): void {
  const viewports = getRenderingEngines()?.flatMap((engine) => engine.getViewports()) ?? [];
  const ids = viewports.map(({ id }) => id).filter((id) => id !== warmId);
  toolUtilities.triggerAnnotationRenderForViewportIds(ids);
}
