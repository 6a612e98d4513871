// Presentation states as Grayscale and Color Softcopy Presentation States.
import { momentText } from '@strata/dicom/saved/derived-object';
import { textOf } from '@strata/dicom/saved/reading';
import { predecessorsOf } from '@strata/dicom/saved/sr-document';
import { checkPresentationState, type PresentationState } from '@strata/protocol/saved-presentations';
import { HttpError } from '../http/http-error.ts';
import { COLOUR_STATE, GREY_STATE, presentationObject } from './presentation-object.ts';
import { readState } from './read-presentation.ts';
import type { SavedKind } from './saved-kind.ts';

const XA_STATE = '1.2.840.10008.5.1.4.1.1.11.5';

export const presentations: SavedKind<PresentationState> = {
  name: 'presentations',
  sopClassUids: [GREY_STATE, COLOUR_STATE, XA_STATE],
  makes: GREY_STATE,
  modality: 'PR',
  seriesNumber: 9930,
  seriesDescription: 'Presentation states',
  check: checkPresentationState,
  references: ({ images, windows, areas, drawings, texts }) =>
    [{ images }, ...windows, ...areas, ...drawings, ...texts].flatMap((part) =>
      part.images.map(({ sopInstanceUid }) => sopInstanceUid),
    ),
  make(order) {
    const { images, areas, label, windows } = order.content;
    if (images.length === 0 || areas.length === 0 || label === '') {
      throw new HttpError(
        422,
        'incomplete',
        'A presentation state has a label, images and a displayed area.',
      );
    }
    if (windows.some(({ lut }) => lut !== null && lut.first < 0)) {
      throw new HttpError(
        422,
        'cannot-be-written',
        'A VOI LUT of negative values cannot be kept in a state.',
      );
    }
    return presentationObject(order);
  },
  read(object) {
    const kind = textOf(object, 'SOPClassUID');
    if (!presentations.sopClassUids.includes(kind)) return null;
    const { content, unread } = readState(object);
    return {
      content,
      author: textOf(object, 'ContentCreatorName'),
      at: momentText(textOf(object, 'PresentationCreationDate'), textOf(object, 'PresentationCreationTime')),
      title: content.description || content.label,
      predecessors: predecessorsOf(object),
      unread,
    };
  },
};
