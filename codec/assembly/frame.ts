// Where the levels of a frame lie in memory: the one that is being made, and the one below it.
//
// Each has, by plane, its picture and (above level 0) its three bands, with room beside the rows. Levels take turns in
// two places, each as large as its largest level.

/** Bytes kept free before every row, and after it beyond rounding up to 16 lanes. */
const MARGIN: usize = 16;

let frameWidth: i32 = 0;
let frameHeight: i32 = 0;
let levels: i32 = 0;
let topLevel: i32 = 0;
export let planes: i32 = 0;
let places: usize = 0;
let secondPlace: usize = 0;
/** Where pixels and packed levels go. */
export let output: usize = 0;
/** Working space for half a row. */
export let workRow: usize = 0;

// @ts-ignore: decorator
@inline
function halved(size: i32, times: i32): i32 {
  return (size + (1 << times) - 1) >> times;
}

export function levelWidth(level: i32): i32 {
  return halved(frameWidth, levels - level);
}

export function levelHeight(level: i32): i32 {
  return halved(frameHeight, levels - level);
}

/** Width of band 0, 1 or 2 (HL, LH, HH) of a level above level 0. */
export function bandWidth(level: i32, band: i32): i32 {
  return band == 1 ? levelWidth(level - 1) : levelWidth(level) - levelWidth(level - 1);
}

export function bandHeight(level: i32, band: i32): i32 {
  return band == 0 ? levelHeight(level - 1) : levelHeight(level) - levelHeight(level - 1);
}

// @ts-ignore: decorator
@inline
function strideOf(width: i32): usize {
  return (<usize>((width + 15) & ~15) << 1) + 2 * MARGIN;
}

function planeBytes(width: i32, height: i32): usize {
  return (strideOf(width) * <usize>(height + 1) + MARGIN + 63) & ~63;
}

/** Bytes from one row of the level's picture to the next. */
export function pictureStride(level: i32): usize {
  return strideOf(levelWidth(level));
}

/** Bytes from one row of the level's bands to the next; none at level 0. */
export function bandStride(level: i32): usize {
  return level == 0 ? 0 : strideOf(levelWidth(level - 1));
}

// @ts-ignore: decorator
@inline
function pictureBytes(level: i32): usize {
  return planeBytes(levelWidth(level), levelHeight(level));
}

// @ts-ignore: decorator
@inline
function bandBytes(level: i32): usize {
  return level == 0 ? 0 : planeBytes(levelWidth(level - 1), levelHeight(level - 1));
}

function levelBytes(level: i32): usize {
  return <usize>planes * (pictureBytes(level) + 3 * bandBytes(level));
}

// @ts-ignore: decorator
@inline
function placeOf(level: i32): usize {
  return places + ((topLevel - level) & 1 ? secondPlace : 0);
}

/** The first sample of a plane's picture. */
export function pictureAt(level: i32, plane: i32): usize {
  return placeOf(level) + <usize>plane * pictureBytes(level) + MARGIN;
}

/** The first coefficient of a plane's band. */
export function bandAt(level: i32, plane: i32, band: i32): usize {
  const pictures = <usize>planes * pictureBytes(level);
  return placeOf(level) + pictures + <usize>(plane * 3 + band) * bandBytes(level) + MARGIN;
}

/** What a level's pictures, bands and tables take without room beside the rows. */
function packedBytes(level: i32): usize {
  const samples = <usize>levelWidth(level) * <usize>levelHeight(level);
  return <usize>planes * samples * 4 + 2 * 29 * 128;
}

/**
 * Lays out a frame from `at` on, whatever was there before.
 * @param count planes of coefficients, 1 or 3
 * @param top the highest level that will be made
 * @param samples bytes of its pixels
 * @returns where it ends; nothing is touched yet
 */
export function layFrame(
  at: usize, width: i32, height: i32, count: i32, levelsInAll: i32, top: i32, samples: usize,
): usize {
  frameWidth = width;
  frameHeight = height;
  planes = count;
  levels = levelsInAll;
  topLevel = top;
  places = at;
  secondPlace = levelBytes(top);
  workRow = at + secondPlace + (top > 0 ? levelBytes(top - 1) : 0) + 64;
  output = workRow + strideOf(width) + 64;
  return output + max(samples, packedBytes(top)) + 64;
}
