// Three planes through a volume, with Cornerstone's volume viewports.
import { cache, Enums, setVolumesForViewports, type Types, volumeLoader } from '@cornerstonejs/core';
import { engineId, joinResizing, renderingEngine, resizeSoon } from './engine.ts';
import { type ReformatTool, VolumeTools } from './volume-tools.ts';

export interface VolumeDescription {
  readonly dimensions: readonly [number, number, number];
  readonly spacing: readonly [number, number, number];
  readonly origin: readonly [number, number, number];
  readonly direction: readonly number[];
  readonly voxels: Int16Array | Uint16Array | Float32Array;
  readonly modality: string;
}

/** How the voxels of a slab become a pixel. */
export type SlabKind = 'mean' | 'maximum' | 'minimum';

export type Plane = 'axial' | 'sagittal' | 'coronal';
const planes: readonly Plane[] = ['axial', 'sagittal', 'coronal'];

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
}

const volumeId = 'strata-volume';
const idOf = (plane: Plane): string => `plane ${plane}`;
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
    this.#tools = new VolumeTools(engineId, colours, (_, dx, dy) => events.onWindowDrag(dx, dy));
    const isFitted = () => false;
    this.#leave = joinResizing({ isFitted, fit: () => {}, resized: () => this.#onCamera() });
    this.#sized = new ResizeObserver(() => resizeSoon());
    for (const plane of planes) this.#sized.observe(elements[plane]);
  }

  /** Shows a volume in elements, which must have sizes. One at a time. */
  static async open(
    elements: PlaneElements,
    { voxels, modality, ...shape }: VolumeDescription,
    events: VolumeEvents,
  ): Promise<VolumeViews> {
    renderingEngine();
    const volume = volumeLoader.createLocalVolume(volumeId, {
      metadata: { Modality: modality, FrameOfReferenceUID: volumeId } as unknown as Types.Metadata,
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

  setTool(tool: ReformatTool): void {
    this.#tools.use(tool);
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

const preventDefault = (event: Event): void => event.preventDefault();
