// The frames whose codestreams are kept in golden/.
import type { FrameFormat } from '../format.ts';
import type { Content } from './contents.ts';

export interface GoldenFrame {
  readonly format: FrameFormat;
  readonly content: Content;
  readonly categorical?: true;
}

/** By the name of the file. */
export const goldenFrames: Record<string, GoldenFrame> = {
  'v1-grey-12-signed': {
    format: { width: 130, height: 97, samples: 1, bits: 12, signed: true },
    content: 'smooth with noise',
  },
  'v1-colour-8': {
    format: { width: 61, height: 70, samples: 3, bits: 8, signed: false },
    content: 'smooth with noise',
  },
  'v1-grey-16-full-range': {
    format: { width: 40, height: 33, samples: 1, bits: 16, signed: false },
    content: 'noise',
  },
  'v1-mask-categorical': {
    format: { width: 120, height: 90, samples: 1, bits: 1, signed: false },
    content: 'mask',
    categorical: true,
  },
  'v1-steps-16': {
    format: { width: 151, height: 41, samples: 1, bits: 16, signed: false },
    content: 'stepped',
  },
  'v1-half-steps-16': {
    format: { width: 141, height: 51, samples: 1, bits: 16, signed: true },
    content: 'half stepped',
  },
  'v1-shifted-16': {
    format: { width: 71, height: 51, samples: 1, bits: 16, signed: true },
    content: 'shifted',
  },
  'v1-values-12': {
    format: { width: 90, height: 80, samples: 1, bits: 12, signed: true },
    content: 'few values',
  },
  'v1-colours-8': {
    format: { width: 70, height: 75, samples: 3, bits: 8, signed: false },
    content: 'few values',
  },
  'v1-drawn-8': {
    format: { width: 190, height: 140, samples: 1, bits: 8, signed: false },
    content: 'drawn',
  },
  'v1-tiles-8': {
    format: { width: 560, height: 18, samples: 1, bits: 8, signed: false },
    content: 'smooth with noise',
  },
};
