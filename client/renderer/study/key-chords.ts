// Keys with what is held beside them, as commands name them and as their caps show them.

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

const signs: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'Page Down',
  PageUp: 'Page Up',
  ' ': 'Space',
};

/** A chord as its caps show it. */
export function keyCap(chord: string): string {
  const parts = chord.length > 1 ? chord.split('+') : [chord];
  return parts.map((key) => signs[key] ?? (key.length === 1 ? key.toUpperCase() : key)).join(' ');
}
