// Key images as pages and servers exchange them: which images and frames of a study somebody marked, and as what.
import { integer, list, object, text } from './checks.ts';
import { uid, words } from './fields.ts';

/** Images of one selection, and frames of one image, at most. */
export const MAX_KEY_IMAGES = 2000;
export const MAX_KEY_FRAMES = 1000;

/** What a selection is for: a code of DICOM PS3.16 CID 7010. */
export interface KeyTitle {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

export interface KeyImage {
  readonly sopInstanceUid: string;
  /** Numbers from 1; none for the whole image. */
  readonly frames: readonly number[];
}

export interface KeyImages {
  readonly title: KeyTitle;
  /** In the words of whoever marked them; ''. */
  readonly description: string;
  /** In their order. None of a version that takes all marks away. */
  readonly images: readonly KeyImage[];
}

export const checkKeyImages = object<KeyImages>({
  title: object<KeyTitle>({ value: text(64), scheme: text(16), meaning: text(64) }),
  description: words,
  images: list(
    object<KeyImage>({
      sopInstanceUid: uid,
      frames: list(integer(1, 0x7fff_ffff), MAX_KEY_FRAMES),
    }),
    MAX_KEY_IMAGES,
  ),
});

/** The title of what is marked here. */
export const OF_INTEREST: KeyTitle = { value: '113000', scheme: 'DCM', meaning: 'Of Interest' };
