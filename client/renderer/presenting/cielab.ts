// CIELab colours as DICOM writes them (PS3.3 C.10.7.1.1) and the colours of a screen (sRGB, IEC 61966-2-1).

type Triple = readonly [number, number, number];

/** XYZ of white under D50, to which DICOM's CIELab refers, and the way from there to linear sRGB (Bradford, D50 to D65). */
const white: Triple = [0.96422, 1, 0.82521];
const toRed: Triple = [3.1338561, -1.6168667, -0.4906146];
const toGreen: Triple = [-0.9787684, 1.9161415, 0.033454];
const toBlue: Triple = [0.0719453, -0.2289914, 1.4052427];

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Red, green, blue, 0 to 255. @param lab each 0 to 65535, for L* of 0 to 100 and a*, b* of -128 to 127 */
export function colourOfLab([lightness, a, b]: Triple): Triple {
  const l = (lightness / 65_535) * 100;
  const y = (l + 16) / 116;
  const x = y + ((a / 65_535) * 255 - 128) / 500;
  const z = y - ((b / 65_535) * 255 - 128) / 200;
  const linear = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const xyz: Triple = [linear(x) * white[0], linear(y) * white[1], linear(z) * white[2]];
  return [byteOf(dot(toRed, xyz)), byteOf(dot(toGreen, xyz)), byteOf(dot(toBlue, xyz))];
}

function byteOf(linear: number): number {
  const within = Math.max(0, Math.min(1, linear));
  const curved = within <= 0.0031308 ? 12.92 * within : 1.055 * within ** (1 / 2.4) - 0.055;
  return Math.round(curved * 255);
}
