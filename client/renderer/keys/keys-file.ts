// Keys and mouse buttons as a file, to take them to another workstation.
import type { MouseButtons } from '../viewport/mouse-buttons.ts';
import { type KeyChanges, readKeyChanges } from './bindings.ts';
import { readMouse } from './mouse-settings.ts';

/** Larger files hold something else. */
export const mostKeysFileBytes = 256 * 1024;

const format = 'strata-keys';
const version = 1;

interface KeysFile {
  readonly keys: KeyChanges;
  readonly mouse: MouseButtons;
}

/** The text of the file. */
export function writeKeysFile({ keys, mouse }: KeysFile): string {
  return `${JSON.stringify({ format, version, keys, mouse }, null, 2)}\n`;
}

/** What a file holds, without what cannot be read of it; null when it is another kind of file. */
export function readKeysFile(text: string): KeysFile | null {
  try {
    const read = JSON.parse(text) as Partial<Record<'format' | 'version' | 'keys' | 'mouse', unknown>> | null;
    if (read?.format !== format || read.version !== version) return null;
    return { keys: readKeyChanges(read.keys), mouse: readMouse(read.mouse) };
  } catch {
    return null;
  }
}
