// What a VOI LUT is called.
import { commandTexts } from '../words/commands.ts';

/** Its explanation, else its number. @param index from 0 */
export function lutName(explanation: string, index: number): string {
  return explanation || commandTexts.value.numberedLut(index + 1);
}
