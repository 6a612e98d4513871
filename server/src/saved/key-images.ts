// Key images as Key Object Selection Documents.
import { KEY_OBJECT_SELECTION, keyObjectOf, readKeyObject } from '@strata/dicom/saved/key-object';
import { checkKeyImages, type KeyImages } from '@strata/protocol/saved-key-images';
import { HttpError } from '../http/http-error.ts';
import type { SavedKind } from './saved-kind.ts';

export const keyImages: SavedKind<KeyImages> = {
  name: 'key-images',
  sopClassUids: [KEY_OBJECT_SELECTION],
  makes: KEY_OBJECT_SELECTION,
  modality: 'KO',
  seriesNumber: 9920,
  seriesDescription: 'Key images',
  check: checkKeyImages,
  references: ({ images }) => images.map(({ sopInstanceUid }) => sopInstanceUid),
  make({ content, ...order }) {
    if (content.images.length === 0 && order.predecessors.length === 0) {
      throw new HttpError(422, 'nothing-marked', 'No image is marked, and none was.');
    }
    return keyObjectOf(content, order);
  },
  read: readKeyObject,
};
