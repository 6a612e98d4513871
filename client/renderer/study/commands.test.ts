import { expect, it } from 'vitest';
import { keepKeyChanges, keysOf } from '../keys/bindings.ts';
import { chordOf, keyCap } from '../keys/chords.ts';
import { keySets } from '../keys/key-sets.ts';
import { allCommands, commandOfKey } from './command-groups.ts';

it('every key of the study page does one thing', () => {
  const keys = allCommands('CT').flatMap((command) => command.keys);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

it('so does every key of the sets for those who come from other viewers', () => {
  for (const { keys } of keySets) {
    keepKeyChanges(keys);
    const known = allCommands('CT');
    expect(Object.keys(keys).filter((id) => !known.some((command) => command.id === id))).toEqual([]);
    const all = known.flatMap((command) => keysOf(command));
    expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
  }
  keepKeyChanges({});
});

it('a number key is a preset only where the modality has one', () => {
  expect(commandOfKey('2', 'CT')?.name).toBe('Lung');
  expect(commandOfKey('2', 'MR')).toBeUndefined();
});

it('keys are named with what is held beside them, whatever the case and the layout', () => {
  const press = { key: 'W', code: 'KeyW', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  expect(chordOf(press)).toBe('w');
  expect(chordOf({ ...press, shiftKey: true })).toBe('Shift+w');
  expect(chordOf({ ...press, key: '?', code: 'Slash', shiftKey: true })).toBe('?');
  expect(chordOf({ ...press, key: 'z', metaKey: true })).toBe('Ctrl+z');
  expect(chordOf({ ...press, key: '“', code: 'Digit2', altKey: true })).toBe('Alt+2');
  expect(chordOf({ ...press, key: 'ArrowLeft', code: 'ArrowLeft', shiftKey: true })).toBe('Shift+ArrowLeft');
  expect([keyCap('ArrowDown'), keyCap('Alt+2'), keyCap('+')]).toEqual(['↓', 'Alt 2', '+']);
});
