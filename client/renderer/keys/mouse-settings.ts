// What the user of this workstation has set the mouse buttons to.
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';
import {
  type ButtonTool,
  buttonTools,
  dragSlots,
  type MouseButtons,
  mouseButtons,
  usualButtons,
} from '../viewport/mouse-buttons.ts';

const setting = 'mouse';

/** Takes what was kept. Called once, before a viewport is made. */
export function startMouse(): void {
  mouseButtons.value = readMouse(keptSetting(setting));
}

/** Changes what buttons do, for now and for later. */
export function setMouse(change: Partial<MouseButtons>): void {
  mouseButtons.value = { ...mouseButtons.value, ...change };
  keepSetting(setting, mouseButtons.value);
}

const isTool = (tool: unknown): tool is ButtonTool => buttonTools.some((known) => known === tool);

/** Buttons as they were kept or exported; the usual ones where nothing can be read. */
export function readMouse(kept: unknown): MouseButtons {
  const { left, wheel, ...slots } = (kept ?? {}) as Partial<Record<keyof MouseButtons, unknown>>;
  const drags = dragSlots.map((slot) => {
    const tool = slots[slot];
    return [slot, isTool(tool) || tool === null ? tool : usualButtons[slot]] as const;
  });
  return {
    ...usualButtons,
    ...Object.fromEntries(drags),
    ...(isTool(left) && { left }),
    ...((wheel === 'zoom' || wheel === 'scroll') && { wheel }),
  };
}
