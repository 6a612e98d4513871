// What the mouse does in a viewport besides what the tool in hand does with the left button.
import { signal } from '@preact/signals';
import type { PrimaryTool } from './primary-tool.ts';

/** The tools that a button can have for good. */
export const buttonTools = ['window', 'zoom', 'pan', 'scroll', 'magnifier', 'crosshair'] as const;

export type ButtonTool = (typeof buttonTools)[number] & PrimaryTool;

/** The drags that can be set; the left button alone has the tool in hand. */
export const dragSlots = ['middle', 'right', 'shiftLeft', 'ctrlLeft'] as const;

export type DragSlot = (typeof dragSlots)[number];

export interface MouseButtons extends Readonly<Record<DragSlot, ButtonTool | null>> {
  /** The tool in hand when a study is opened. */
  readonly left: ButtonTool;
  /** What the wheel does; with Ctrl it does the other. */
  readonly wheel: 'scroll' | 'zoom';
}

export const usualButtons: MouseButtons = {
  left: 'window',
  middle: 'pan',
  right: 'zoom',
  shiftLeft: null,
  ctrlLeft: null,
  wheel: 'scroll',
};

/** As it is set on this workstation. */
export const mouseButtons = signal<MouseButtons>(usualButtons);
