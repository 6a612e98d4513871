// Which of the page's commands the planes take.
import { planeTools } from '../viewport/primary-tool.ts';

const taken: ReadonlySet<string> = new Set([
  ...planeTools.flatMap((tool) => [`tool.${tool}`, `measure.${tool}`]),
  'measurement.remove',
  'measurement.undo',
  'measurement.redo',
  'viewport.one',
  'image.invert',
]);

/** Whether a command may run while planes are shown: what is behind them is left alone. */
export function runsInPlanes({ id }: { readonly id: string }): boolean {
  return taken.has(id) || /^(page|fusion|window|preset)\./.test(id);
}
