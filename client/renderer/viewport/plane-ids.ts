// How the planes through a volume are named, to Cornerstone and to the page.

export const planes = ['axial', 'sagittal', 'coronal'] as const;

export type Plane = (typeof planes)[number];

/** The viewport of a plane. */
export const viewportOfPlane = (plane: Plane): string => `plane ${plane}`;

/** The plane of a viewport; undefined for others. */
export function planeOfViewport(viewportId: string | undefined): Plane | undefined {
  return planes.find((plane) => viewportOfPlane(plane) === viewportId);
}

const spaces = 'planes of ';

/** What is drawn in the planes of one series is found by this, apart from that of others and from what is drawn on images. */
export const planeSpace = (seriesUid: string): string => `${spaces}${seriesUid}`;

export const isPlaneSpace = (space: string | undefined): boolean => space?.startsWith(spaces) ?? false;
