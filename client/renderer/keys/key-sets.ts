// Keys for those who come from another viewer, as its own documents or source say; what they displace gets keys beside them.
import type { KeyChanges } from './bindings.ts';

interface KeySet {
  /** What the other viewer is called; no text to translate. */
  readonly name: string;
  readonly keys: KeyChanges;
}

/** OHIF Viewer 3, github.com/OHIF/Viewers, platform/core/src/defaults/hotkeyBindings.js (read at commit 01d5fac). */
const ohif: KeySet = {
  name: 'OHIF Viewer',
  keys: {
    'zoom.in': ['+'],
    'image.fit': ['='],
    'image.turn-right': ['r'],
    'image.turn-left': ['l'],
    'image.mirror': ['h'],
    'image.reset': [' '],
    'cine.play': ['c'],
    'viewport.next': ['ArrowRight'],
    'viewport.previous': ['ArrowLeft'],
    'scroll.next': ['ArrowDown'],
    'scroll.previous': ['ArrowUp'],
    'series.next': ['PageDown'],
    'series.previous': ['PageUp'],
    'measurement.remove': ['Backspace'],
    'measurement.redo': ['Ctrl+y'],
    // Displaced.
    'measure.length': ['Ctrl+Shift+l'],
    'measure.probe': ['Ctrl+Shift+h'],
    'scroll.ten-on': ['Ctrl+PageDown'],
    'scroll.ten-back': ['Ctrl+PageUp'],
  },
};

export const keySets: readonly KeySet[] = [ohif];
