// Draws once where nobody sees it, so that the first study waits neither for the graphics context nor for its programs.
import { Enums } from '@cornerstonejs/core';
import { imageIdOf } from './image-id.ts';
import { sliceGeometry } from './slice-geometry.ts';
import { StackView } from './stack-view.ts';

const side = 8;
/** Milliseconds until it is given up: what is missing then is made when it is needed. */
const patience = 5000;
const nothing = () => {};

/** Draws a small black image in a viewport about as large as that of a study, and takes it away again. */
export async function warmUp(): Promise<void> {
  const element = document.createElement('div');
  const place = { position: 'fixed', left: '-20000px', top: '0' };
  Object.assign(element.style, place, {
    width: `${Math.round(innerWidth * 0.8)}px`,
    height: `${Math.round(innerHeight * 0.9)}px`,
  });
  element.ariaHidden = 'true';
  document.body.append(element);
  const drawn = new Promise<void>((resolve) => {
    element.addEventListener(Enums.Events.IMAGE_RENDERED, () => resolve(), { once: true });
    setTimeout(resolve, patience);
  });
  const view = new StackView('warm-up', element, {
    ...{ onTarget: nothing, onCamera: nothing, onWindowDrag: nothing, onScroll: nothing },
    ...{ onPoint: nothing, onDoubleClick: nothing },
  });
  const plane = { pixelSpacing: null, pixelAspectRatio: null, imagePosition: null, imageOrientation: null };
  const geometry = sliceGeometry({ width: side, height: side }, plane);
  try {
    await view.open({ modality: 'OT', images: [{ id: imageIdOf('0', 1), geometry }] }, 0);
    view.show(0, { values: new Int16Array(side * side), components: 1, range: [0, 1] });
    await drawn;
  } finally {
    view.destroy();
    element.remove();
  }
}
