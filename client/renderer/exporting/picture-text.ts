// The text of a picture: the corners as they stand on the page, the letters at the edges, the scale bar.
import { scaleAt } from '../measuring/scale.ts';
import { type EdgeLabels, edgeLabels } from '../study/orientation.ts';
import { type Bar, barOf } from '../study/scale-bar.ts';
import type { Slice } from '../study/stack.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';

const corners = ['top left', 'top right', 'bottom left', 'bottom right'] as const;
export type Corner = (typeof corners)[number];

export interface TextLine {
  readonly text: string;
  readonly isStrong: boolean;
  readonly colour: string;
  /** Whether it is about the screen: which level is there, how large. */
  readonly isOfScreen: boolean;
}

export type CornerText = Readonly<Record<Corner, readonly TextLine[]>>;

export const noText: CornerText = { 'top left': [], 'top right': [], 'bottom left': [], 'bottom right': [] };

/**
 * The corner text of a viewport, in the page's language.
 * @param root of the viewport
 * @param identity whether lines that tell who the patient is are taken
 */
export function cornerText(root: Element, identity: 'with identity' | 'without identity'): CornerText {
  const linesOf = (corner: Corner): TextLine[] =>
    [...root.querySelectorAll(`.corner.${corner.replace(' ', '.')} > *`)].flatMap((line) => {
      if (!(line instanceof HTMLElement) || line.dataset.export === 'no') return [];
      if (line.dataset.identity !== undefined && identity === 'without identity') return [];
      const { color, fontWeight } = getComputedStyle(line);
      const text = line.textContent?.trim() ?? '';
      return text === ''
        ? []
        : [
            {
              text,
              isStrong: Number(fontWeight) >= 600,
              colour: color,
              isOfScreen: line.matches('.level, [data-export="screen"]'),
            },
          ];
    });
  return {
    'top left': linesOf('top left'),
    'top right': linesOf('top right'),
    'bottom left': linesOf('bottom left'),
    'bottom right': linesOf('bottom right'),
  };
}

/** A line that is not on the page. */
export const plainLine = (text: string): TextLine => ({
  ...{ text, isStrong: false, colour: '#d5dbe0', isOfScreen: false },
});

/** What says where and how large: it goes with every picture. */
export interface Bearings {
  readonly edges: EdgeLabels | null;
  readonly bar: Bar | null;
}

/**
 * @param place where the image lies in the picture
 * @param unit pixels of the picture for a CSS pixel of text
 */
export function bearingsOf(slice: Slice, place: ImagePlace, unit: number): Bearings {
  const { presentation, format } = slice;
  const orientation = presentation.imageOrientation;
  const edges = edgeLabels({ orientation, letters: presentation.patientOrientation ?? null }, place);
  const middle = { x: format.width / 2, y: format.height / 2 };
  const scale = scaleAt(presentation, [middle], null);
  const perRow = Math.hypot(place[2], place[3]) / unit;
  return { edges, bar: scale.unit === 'px' ? null : barOf(perRow / scale.row) };
}

/** The text of a picture that is not of the screen's size. */
export function withoutScreen(text: CornerText): CornerText {
  const kept = (corner: Corner) => text[corner].filter(({ isOfScreen }) => !isOfScreen);
  return { ...text, 'bottom left': kept('bottom left'), 'bottom right': kept('bottom right') };
}
