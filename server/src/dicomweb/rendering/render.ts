// From the pixels of a level to an encoded image: grey or colour, cut, scaled, JPEG or PNG.
import { allocatePixels, type Pixels } from '@strata/codec/format';
import sharp from 'sharp';
import { openDataSet } from '../presenting/open-data-set.ts';
import { palettePixels, rgbPixels } from './colour.ts';
import { framing } from './framing.ts';
import { greyPixels } from './grey.ts';
import type { RenderRequest } from './render-request.ts';
import { readShading } from './shading.ts';

// One image at a time a thread, and each only once.
sharp.concurrency(1);
sharp.cache(false);

/** @returns a JPEG or PNG file @throws DicomError when the data set cannot be read */
export async function render(request: RenderRequest): Promise<Uint8Array> {
  const { width, height, format, shownAs, options } = request;
  const { channels, data } = shownPixels(request);
  const { cut, mirrored, ...size } = framing(format, { width, height }, shownAs, options.viewport);
  const image = sharp(data, { raw: { width, height, channels } }).extract(cut);
  if (mirrored.sideways) image.flop();
  if (mirrored.upsideDown) image.flip();
  if (size.width !== cut.width || size.height !== cut.height) {
    image.resize({ ...size, fit: 'fill', kernel: 'lanczos3' });
  }
  if (channels === 1) image.toColourspace('b-w');
  const encoded =
    options.mediaType === 'image/png'
      ? image.png({ compressionLevel: 6 })
      : image.jpeg({ quality: options.quality, chromaSubsampling: '4:4:4' });
  return new Uint8Array(await encoded.toBuffer());
}

function shownPixels(request: RenderRequest): { channels: 1 | 3; data: Uint8Array } {
  const { format, shownAs, frame, options } = request;
  const pixels = pixelsOf(request);
  if (format.samples === 3) return { channels: 3, data: rgbPixels(pixels, format, shownAs.photometric) };
  if (shownAs.palette) return { channels: 3, data: palettePixels(pixels, shownAs.palette) };
  const shading = readShading(openDataSet(request.dataSet), frame, shownAs, options.window);
  // The shape goes before the photometric interpretation (PS3.3 C.11.6).
  const inverted = shownAs.presentationLutShape
    ? shownAs.presentationLutShape === 'INVERSE'
    : shownAs.photometric === 'MONOCHROME1';
  return {
    channels: 1,
    data: greyPixels(pixels, format, { shading, padding: shownAs.pixelPadding, inverted }),
  };
}

function pixelsOf({ bytes, width, height, format }: RenderRequest): Pixels {
  const pixels = allocatePixels(format, width, height);
  new Uint8Array(pixels.buffer).set(bytes.subarray(0, pixels.byteLength));
  return pixels;
}
