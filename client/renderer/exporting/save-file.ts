// Files for the user to keep, under names that do not tell who the patient is.
import type { ViewerModel } from '../study/viewer-model.ts';

/** How long the browser may take to begin with a file. */
const KEPT_MS = 60_000;

/** Hands a file to the browser's downloads. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** 'CT-series-3-image-12.png'; films and archives are of the series. */
export function fileNameOf(viewer: ViewerModel, extension: 'png' | 'jpg' | 'mp4' | 'gif'): string {
  const { modality = '', number = null } = viewer.series.peek()?.manifest ?? {};
  const isFilm = extension === 'mp4' || extension === 'gif';
  const parts = [
    modality.replace(/\W/g, ''),
    number === null ? '' : `series-${number}`,
    isFilm ? '' : `image-${viewer.target.peek() + 1}`,
  ];
  return `${parts.filter(Boolean).join('-') || 'image'}.${extension}`;
}
