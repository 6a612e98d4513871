// The study as the best plain web server would have it: HTJ2K files, of each of which a first part gives each level.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { levelCount } from '@strata/codec/levels';
import { loadPeer, type PeerEncoder, part } from '../codec/modules.ts';
import { RESOLUTION_FIRST, tilePartEnds } from '../codec/peers.ts';
import { type BenchStudy, framesOf } from './made-images.ts';

/** A frame as the peers' page fetches it. */
interface PeerFrame {
  readonly url: string;
  readonly format: FrameFormat;
  /** How many bytes of the file give level 0, 1, ... L; empty where there are no levels. */
  readonly ends: readonly number[];
}

/**
 * Codes every frame of a study without loss: the highest compression of the library, five levels as Strata has, resolution
 * first with a tile-part for each, which byte ranges need.
 * @returns bytes of all files
 */
export async function writeHtj2k(study: BenchStudy, folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const encoder = part(await loadPeer('openjph'), 'HTJ2KEncoder');
  const index: PeerFrame[] = [];
  let bytes = 0;
  for (const { file, frames: count } of study.instances) {
    const frames = await framesOf(file);
    for (let at = 0; at < count; at++) {
      const coded = encode(encoder, frames.frame(at), frames.format);
      const name = `${index.length}.jph`;
      writeFileSync(path.join(folder, name), coded);
      bytes += coded.length;
      index.push({ url: `/htj2k/${study.uid}/${name}`, format: frames.format, ends: tilePartEnds(coded) });
    }
  }
  writeFileSync(path.join(folder, 'index.json'), JSON.stringify(index));
  return bytes;
}

/** The list of a study's frames at a DICOMweb server. */
export async function writeWadoIndex(study: BenchStudy, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const index: PeerFrame[] = [];
  for (const { file, uid, frames: count } of study.instances) {
    const { format } = await framesOf(file);
    const instance = `/dicom-web/studies/${study.uid}/series/${study.series}/instances/${uid}`;
    for (let at = 1; at <= count; at++) index.push({ url: `${instance}/frames/${at}`, format, ends: [] });
  }
  writeFileSync(path.join(folder, 'index.json'), JSON.stringify(index));
}

function encode(encoder: PeerEncoder, pixels: Pixels, format: FrameFormat): Uint8Array {
  const info = {
    width: format.width,
    height: format.height,
    bitsPerSample: format.bits,
    componentCount: format.samples,
    isSigned: format.signed,
    isUsingColorTransform: format.samples === 3,
  };
  encoder.getDecodedBuffer(info).set(pixelBytes(pixels));
  encoder.setQuality(true, 0);
  encoder.setProgressionOrder(RESOLUTION_FIRST);
  encoder.setTilePartDivisionsAtResolutions(true);
  encoder.setDecompositions(levelCount(format.width, format.height));
  encoder.encode();
  return encoder.getEncodedBuffer().slice();
}
