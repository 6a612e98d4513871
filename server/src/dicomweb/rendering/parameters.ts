// The query parameters of rendered images (PS3.18 section 8.3.5).
import { HttpError } from '../../http/http-error.ts';
import type { Region, RenderOptions, Viewport, Window, WindowFunction } from './render-request.ts';

const MAX_VIEWPORT = 8192;
const DEFAULT_QUALITY = 90;
const functions: Readonly<Record<string, WindowFunction | undefined>> = {
  linear: 'LINEAR',
  'linear-exact': 'LINEAR_EXACT',
  sigmoid: 'SIGMOID',
};

export type RenderingQuery = Readonly<Record<string, string | undefined>>;

/** @throws HttpError 400 that names the parameter and its form */
export function readRenderingParameters(query: RenderingQuery): Omit<RenderOptions, 'mediaType'> {
  return {
    quality: qualityOf(query.quality),
    window: query.window === undefined ? null : windowOf(query.window),
    viewport: query.viewport === undefined ? null : viewportOf(query.viewport),
  };
}

/** What of the parameters is not done, for a Warning header. */
export function ignoredParameters(query: RenderingQuery): string[] {
  return ['annotation', 'iccprofile', 'presentationUID'].filter((name) => query[name] !== undefined);
}

function qualityOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_QUALITY;
  const quality = Number(text);
  if (Number.isInteger(quality) && quality >= 1 && quality <= 100) return quality;
  throw bad('quality', 'a whole number from 1 to 100');
}

function windowOf(text: string): Window {
  const [centre, width, name = 'linear', ...rest] = text.split(',');
  const shape = functions[name];
  const window = { centre: numberOf(centre), width: numberOf(width) };
  if (rest.length === 0 && shape && window.width > 0 && Number.isFinite(window.centre)) {
    return { ...window, function: shape };
  }
  throw bad('window', 'centre,width,function with a width above 0 and linear, linear-exact or sigmoid');
}

function viewportOf(text: string): Viewport {
  const parts = text.split(',');
  const [width, height] = [numberOf(parts[0]), numberOf(parts[1])];
  const fits = (side: number) => Number.isInteger(side) && side >= 1 && side <= MAX_VIEWPORT;
  if (fits(width) && fits(height)) {
    if (parts.length === 2) return { width, height, region: null };
    const region = parts.length === 6 ? regionOf(parts.slice(2)) : null;
    if (region) return { width, height, region };
  }
  throw bad('viewport', `width,height or width,height,x,y,width,height with sides from 1 to ${MAX_VIEWPORT}`);
}

/** Empty places stand for the whole: then the far end is cut by the frame. */
function regionOf([x = '', y = '', width = '', height = '']: string[]): Region | null {
  const whole = 65_535;
  const region = {
    x: x === '' ? 0 : numberOf(x),
    y: y === '' ? 0 : numberOf(y),
    width: width === '' ? whole : numberOf(width),
    height: height === '' ? whole : numberOf(height),
  };
  const valid = Object.values(region).every(Number.isFinite) && region.width !== 0 && region.height !== 0;
  return valid && region.x >= 0 && region.y >= 0 ? region : null;
}

function numberOf(text: string | undefined): number {
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text);
}

function bad(name: string, form: string): HttpError {
  return new HttpError(400, 'bad-parameter', `The parameter ${name} is ${form}.`);
}
