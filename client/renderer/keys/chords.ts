// Keys with what is held beside them, as commands name them and as their caps show them.
import { keyTexts } from '../words/keys.ts';

/** What of a KeyboardEvent matters. */
export interface KeyPress {
  readonly key: string;
  /** The place of the key: with Alt, some systems report other characters for digits. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * A key press by name: 'w', 'ArrowDown', 'Ctrl+z', 'Alt+2', 'Shift+n'. The command key of a Mac counts as Ctrl; Shift is
 * named with letters and keys that have names only, since elsewhere it is part of the character.
 */
export function chordOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string {
  const digit = altKey ? /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] : undefined;
  const name = digit ?? (key.length === 1 ? key.toLowerCase() : key);
  const shift = shiftKey && (name.length > 1 || /[a-z]/.test(name));
  const held = [ctrlKey || metaKey ? 'Ctrl+' : '', altKey ? 'Alt+' : '', shift ? 'Shift+' : ''];
  return held.join('') + name;
}

const arrows: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→' };

/** A chord as its caps show it, in the language chosen now. */
export function keyCap(chord: string): string {
  return partsOf(chord).map(capOf).join(' ');
}

/** What is held first, the key last. A '+' that is the key itself is no joint. */
function partsOf(chord: string): string[] {
  const parts = chord.split(/\+(?=.)/);
  return parts.length > 1 && parts[0] === '' ? [chord] : parts;
}

function capOf(key: string): string {
  const caps: Readonly<Record<string, string>> = keyTexts.value.caps;
  return caps[key] ?? arrows[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** A text with the keys that do the same: `Invert (I)`. @param chords none for the text alone */
export function hinted(text: string, chords: readonly string[]): string {
  return chords.length === 0 ? text : `${text} (${chords.map(keyCap).join(keyTexts.value.or)})`;
}

/** Keys that only change what others do. */
export function isHeldKey(key: string): boolean {
  return ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead', 'Process'].includes(key);
}
