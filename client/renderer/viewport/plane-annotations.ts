// What is drawn in the planes of volumes with Cornerstone's measuring tools: where it lies, and who describes it.
import { eventTarget } from '@cornerstonejs/core';
import { annotation, Enums, type Types } from '@cornerstonejs/tools';
import { type Plane, planeOfViewport } from './plane-ids.ts';
import { type MeasuringTool, planeMeasuringTools } from './primary-tool.ts';
import { toolNames } from './tools.ts';

type Vector = readonly [number, number, number];

/** A plane in the patient: a point of it, and the directions on the screen, each of length 1. */
export interface PlaneFrame {
  readonly point: Vector;
  readonly right: Vector;
  readonly down: Vector;
}

/** Something drawn in a plane. */
export interface PlaneDrawn {
  readonly uid: string;
  readonly tool: MeasuringTool;
  readonly plane: Plane;
  /** See planeSpace. */
  readonly space: string;
  /** The plane as it lay when this was drawn. */
  readonly frame: PlaneFrame;
  /** Handles; millimetres, patient coordinates. */
  readonly points: readonly Vector[];
  /** The same object as long as it is the same thing drawn. */
  readonly source: object;
}

/** The lines of text beside something drawn. Called at each drawing: must be quick. */
export type DescribePlaneDrawn = (drawn: PlaneDrawn) => readonly string[];

const planesOf = new WeakMap<object, Plane>();

/** Remembers from now on in which plane each drawing begins. @returns the function that ends it */
export function watchPlanes(): () => void {
  const onAdded = ((event: CustomEvent<Types.EventTypes.AnnotationAddedEventDetail>) => {
    const { annotation: begun, viewportId } = event.detail;
    const plane = planeOfViewport(viewportId);
    if (!begun || !plane || !toolOf(begun)) return;
    planesOf.set(begun, plane);
    // Cornerstone would show it in every plane through its first point.
    delete begun.metadata?.planeRestriction;
  }) as EventListener;
  eventTarget.addEventListener(Enums.Events.ANNOTATION_ADDED, onAdded);
  return () => eventTarget.removeEventListener(Enums.Events.ANNOTATION_ADDED, onAdded);
}

/** All that is drawn in planes, of whichever volume, in the order of drawing. */
export function planeDrawnItems(): PlaneDrawn[] {
  return annotation.state.getAllAnnotations().flatMap((one) => drawnFrom(one) ?? []);
}

/** The configuration of a measuring tool in planes: its text is ours. */
export function planeConfiguration(describe: DescribePlaneDrawn): Record<string, unknown> {
  const getTextLines = (data: object) => {
    const one = annotation.state.getAllAnnotations().find((each) => each.data === data);
    const drawn = one && drawnFrom(one);
    return drawn ? [...describe(drawn)] : [];
  };
  return { getTextLines, calculateStats: false };
}

function toolOf(one: Types.Annotation): MeasuringTool | undefined {
  return planeMeasuringTools.find((name) => toolNames[name] === one.metadata?.toolName);
}

function drawnFrom(one: Types.Annotation): PlaneDrawn | null {
  const tool = toolOf(one);
  const plane = planesOf.get(one);
  const { annotationUID: uid, metadata, data } = one;
  const points = (data.handles?.points ?? []).map(([x = 0, y = 0, z = 0]): Vector => [x, y, z]);
  const [point] = points;
  const { viewPlaneNormal, viewUp, FrameOfReferenceUID: space } = metadata ?? {};
  if (!tool || !plane || !uid || !point || !viewPlaneNormal || !viewUp || !space) return null;
  const [a, b, c] = viewUp;
  const [d, e, f] = viewPlaneNormal;
  // The normal points at who looks.
  const right: Vector = [b * f - c * e, c * d - a * f, a * e - b * d];
  const frame = { point, right, down: [-a, -b, -c] as const };
  return { uid, tool, plane, space, frame, points, source: data };
}
