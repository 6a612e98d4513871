// What the mouse does in the viewports as it is set now, for the help.

import { dragSlots, mouseButtons } from '../viewport/mouse-buttons.ts';
import { commandTexts } from '../words/commands.ts';
import { keyTexts } from '../words/keys.ts';

/** How something is done with the mouse, and what it does. */
export function mouseHelp(): readonly (readonly [string, string])[] {
  const { mouse, mouseDoes } = keyTexts.value;
  const { tools } = commandTexts.value;
  const buttons = mouseButtons.value;
  const drags = dragSlots.flatMap((slot) => {
    const tool = buttons[slot];
    return tool ? [[mouse[slot], tools[tool]] as const] : [];
  });
  const other = buttons.wheel === 'scroll' ? 'zoom' : 'scroll';
  return [
    [mouse.left, mouseDoes.chosen],
    ...drags,
    [mouse.wheel, mouseDoes[buttons.wheel]],
    [mouse.ctrlWheel, mouseDoes[other]],
    [mouse.double, mouseDoes.double],
    [mouse.dragSeries, mouseDoes.dragSeries],
  ];
}
