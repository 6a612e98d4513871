// Three planes through a volume, with Cornerstone's volume viewports.
import { cache, Enums, setVolumesForViewports, type Types, volumeLoader } from '@cornerstonejs/core';
import { engineId, joinResizing, renderingEngine, resizeSoon } from './engine.ts';
import type { PlaneDrawn, PlaneFrame } from './plane-annotations.ts';
import { viewportOfPlane as idOf, type Plane, planeSpace, planes } from './plane-ids.ts';
import type { PlaneTool } from './primary-tool.ts';
import { VolumeTools } from './volume-tools.ts';

export interface VolumeDescription {
  readonly dimensions: readonly [number, number, number];
  readonly spacing: readonly [number, number, number];
  readonly origin: readonly [number, number, number];
  readonly direction: readonly number[];
  readonly voxels: Int16Array | Uint16Array | Float32Array;
  readonly modality: string;
  readonly seriesUid: string;
}

/** How the voxels of a slab become a pixel. */
export type SlabKind = 'mean' | 'maximum' | 'minimum';

/** How a plane is looked at, in the patient (LPS): its upper left corner, directions on the screen, CSS pixels per millimetre. */
export interface PlaneLook {
  readonly origin: readonly [number, number, number];
  readonly right: readonly [number, number, number];
  readonly down: readonly [number, number, number];
  readonly scale: number;
}

export interface VolumeEvents {
  onWindowDrag(dx: number, dy: number): void;
  /** A plane is looked at otherwise: turned, enlarged, another size. */
  onLook(plane: Plane, look: PlaneLook): void;
  /** The lines of text beside something drawn in a plane. */
  describe(drawn: PlaneDrawn): readonly string[];
}

const volumeId = 'strata-volume';
const colours = {
  [idOf('axial')]: '#e0787a',
  [idOf('sagittal')]: '#e8cf6d',
  [idOf('coronal')]: '#7fd08c',
};

export type PlaneElements = Readonly<Record<Plane, HTMLDivElement>>;

export class VolumeViews {
  readonly #elements: PlaneElements;
  readonly #volume: Types.IImageVolume;
  readonly #events: VolumeEvents;
  readonly #tools: VolumeTools;
  readonly #leave: () => void;
  readonly #sized: ResizeObserver;

  private constructor(elements: PlaneElements, volume: Types.IImageVolume, events: VolumeEvents) {
    [this.#elements, this.#volume, this.#events] = [elements, volume, events];
    const { AXIAL, SAGITTAL, CORONAL } = Enums.OrientationAxis;
    const orientations = { axial: AXIAL, sagittal: SAGITTAL, coronal: CORONAL };
    for (const plane of planes) {
      renderingEngine().enableElement({
        viewportId: idOf(plane),
        type: Enums.ViewportType.ORTHOGRAPHIC,
        element: elements[plane],
        defaultOptions: { orientation: orientations[plane], background: [0, 0, 0] },
      });
      elements[plane].addEventListener(Enums.Events.CAMERA_MODIFIED, this.#onCamera);
      elements[plane].addEventListener('contextmenu', preventDefault);
    }
    this.#tools = new VolumeTools(engineId, colours, Object.values(elements), {
      onWindow: (_, dx, dy) => events.onWindowDrag(dx, dy),
      describe: (drawn) => events.describe(drawn),
    });
    const isFitted = () => false;
    this.#leave = joinResizing({ isFitted, fit: () => {}, resized: () => this.#onCamera() });
    this.#sized = new ResizeObserver(() => resizeSoon());
    for (const plane of planes) this.#sized.observe(elements[plane]);
  }

  /** Shows a volume in elements, which must have sizes. One at a time. */
  static async open(
    elements: PlaneElements,
    { voxels, modality, seriesUid, ...shape }: VolumeDescription,
    events: VolumeEvents,
  ): Promise<VolumeViews> {
    renderingEngine();
    const volume = volumeLoader.createLocalVolume(volumeId, {
      metadata: {
        Modality: modality,
        FrameOfReferenceUID: planeSpace(seriesUid),
      } as unknown as Types.Metadata,
      dimensions: [...shape.dimensions],
      spacing: [...shape.spacing],
      origin: [...shape.origin],
      direction: [...shape.direction] as unknown as Types.Mat3,
      scalarData: voxels,
    });
    const views = new VolumeViews(elements, volume, events);
    await setVolumesForViewports(renderingEngine(), [{ volumeId }], planes.map(idOf));
    views.#tools.use('crosshair');
    views.#onCamera();
    return views;
  }

  /** Slices of the volume have other voxels. */
  changed(slices: readonly number[]): void {
    for (const slice of slices) this.#volume.vtkOpenGLTexture?.setUpdatedFrame(slice);
    this.#volume.modified();
    this.#render();
  }

  /** Shows values from black to white. */
  setRange(lower: number, upper: number, greys: 'inverted' | 'as they are'): void {
    for (const plane of planes) {
      this.#plane(plane).setProperties({ voiRange: { lower, upper }, invert: greys === 'inverted' });
    }
    this.#render();
  }

  /** @param millimetres thickness of the slab in each plane; 0 for a single layer */
  setSlab(millimetres: number, kind: SlabKind): void {
    const { BlendModes } = Enums;
    const modes = {
      mean: BlendModes.AVERAGE_INTENSITY_BLEND,
      maximum: BlendModes.MAXIMUM_INTENSITY_BLEND,
      minimum: BlendModes.MINIMUM_INTENSITY_BLEND,
    };
    for (const plane of planes) {
      const viewport = this.#plane(plane);
      viewport.setBlendMode(millimetres > 0 ? modes[kind] : BlendModes.COMPOSITE);
      // Cornerstone's thickness is how far the slab reaches to each side of the plane.
      if (millimetres > 0) viewport.setSlabThickness(millimetres / 2);
      else viewport.resetSlabThickness();
    }
    this.#render();
  }

  setTool(tool: PlaneTool): void {
    this.#tools.use(tool);
  }

  /**
   * Brings a plane back to where it was.
   * @param middle a place in it, which is in sight then
   */
  show(plane: Plane, { point, right, down }: PlaneFrame, middle: PlaneFrame['point']): void {
    const viewport = this.#plane(plane);
    const normal: Types.Point3 = [
      down[1] * right[2] - down[2] * right[1],
      down[2] * right[0] - down[0] * right[2],
      down[0] * right[1] - down[1] * right[0],
    ];
    const { focalPoint, position, viewPlaneNormal = normal } = viewport.getCamera();
    if (!focalPoint || !position) return;
    const distance = Math.hypot(...along(position, focalPoint, -1));
    const isTurned = dot(normal, viewPlaneNormal) < 1 - 1e-9;
    const focus = along(focalPoint, normal, dot(normal, along(point, focalPoint, -1)));
    viewport.setCamera({
      focalPoint: focus,
      position: along(focus, normal, distance),
      ...(isTurned && { viewPlaneNormal: normal, viewUp: [-down[0], -down[1], -down[2]] }),
    });
    const [x, y] = viewport.worldToCanvas([...middle]);
    const { clientWidth: width, clientHeight: height } = this.#elements[plane];
    const isInSight = x > width * 0.1 && x < width * 0.9 && y > height * 0.1 && y < height * 0.9;
    const seen = along(middle, normal, dot(normal, along(point, middle, -1)));
    if (!isInSight) viewport.setCamera({ focalPoint: seen, position: along(seen, normal, distance) });
    this.#render();
  }

  /** Ends viewports, tools and volume. */
  close(): void {
    this.#sized.disconnect();
    this.#leave();
    this.#tools.close();
    for (const plane of planes) {
      this.#elements[plane].removeEventListener(Enums.Events.CAMERA_MODIFIED, this.#onCamera);
      this.#elements[plane].removeEventListener('contextmenu', preventDefault);
      renderingEngine().disableElement(idOf(plane));
    }
    const imageIds = [...this.#volume.imageIds];
    cache.removeVolumeLoadObject(volumeId);
    for (const id of imageIds) if (cache.getImageLoadObject(id)) cache.removeImageLoadObject(id);
  }

  readonly #onCamera = (): void => {
    for (const plane of planes) this.#events.onLook(plane, this.#lookOf(plane));
  };

  #lookOf(plane: Plane): PlaneLook {
    const viewport = this.#plane(plane);
    const world = (x: number, y: number) => viewport.canvasToWorld([x, y]);
    const [origin, right, down] = [world(0, 0), world(100, 0), world(0, 100)];
    const way = (to: Types.Point3): [number, number, number] => [
      to[0] - origin[0],
      to[1] - origin[1],
      to[2] - origin[2],
    ];
    const length = Math.hypot(...way(right)) || 1;
    const unit = ([x, y, z]: [number, number, number]) => [x / length, y / length, z / length] as const;
    const [x, y, z] = origin;
    return { origin: [x, y, z], right: unit(way(right)), down: unit(way(down)), scale: 100 / length };
  }

  #plane(plane: Plane): Types.IVolumeViewport {
    return renderingEngine().getViewport(idOf(plane)) as Types.IVolumeViewport;
  }

  #render(): void {
    renderingEngine().renderViewports(planes.map(idOf));
  }
}

type Vector = readonly [number, number, number];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const along = (from: Vector, way: Vector, by: number): Types.Point3 => [
  from[0] + way[0] * by,
  from[1] + way[1] * by,
  from[2] + way[2] * by,
];

const preventDefault = (event: Event): void => event.preventDefault();
