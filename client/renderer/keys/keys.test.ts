import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { usualButtons } from '../viewport/mouse-buttons.ts';
import { chosenLanguage } from '../words/language.ts';
import { keepKeyChanges, keysOf, readKeyChanges, setKeys } from './bindings.ts';
import { hinted, keyCap } from './chords.ts';
import { matching } from './find-commands.ts';
import { type HelpGroup, rivalOf } from './help-group.ts';
import { readKeysFile, writeKeysFile } from './keys-file.ts';

const command = (id: string, key: string, modality?: string) => ({
  ...{ id, name: id, keys: [key] },
  ...(modality && { modality }),
});
const invert = command('invert', 'i');
const lung = command('lung', '2', 'CT');
const suv = command('suv', '2', 'PT');
const groups: readonly HelpGroup[] = [
  { id: 'image', title: 'Image', page: 'study', commands: [invert, lung, suv] },
  { id: 'list', title: 'List', page: 'worklist', commands: [command('panel', 'i')] },
];

afterEach(() => {
  keepKeyChanges({});
  chosenLanguage.value = null;
});

describe('keys', () => {
  it('are the usual ones until others are set, and are so again when these are taken back', () => {
    expect(keysOf(invert)).toEqual(['i']);
    setKeys(invert, ['Ctrl+Shift+i', 'F7']);
    expect(keysOf(invert)).toEqual(['Ctrl+Shift+i', 'F7']);
    setKeys(invert, []);
    expect(keysOf(invert)).toEqual([]);
    setKeys(invert, ['i']);
    expect(keysOf(invert)).toEqual(['i']);
  });

  it('are taken only where both commands can be meant: pages apart and modalities apart share keys', () => {
    expect(rivalOf('i', lung, groups)?.id).toBe('invert');
    expect(rivalOf('2', lung, groups)).toBeUndefined();
    expect(rivalOf('2', invert, groups)?.id).toBe('lung');
    expect(rivalOf('i', invert, groups)).toBeUndefined();
  });

  it('are found by name, by group and by their caps', () => {
    const found = (typed: string) =>
      matching(groups, typed).flatMap((one) => one.commands.map(({ id }) => id));
    expect(found('LUN')).toEqual(['lung']);
    expect(found('2')).toEqual(['lung', 'suv']);
    expect(found('list panel')).toEqual(['panel']);
    expect(found('nothing')).toEqual([]);
  });

  it('have caps in the chosen language', () => {
    chosenLanguage.value = 'de';
    expect([keyCap('Ctrl+Shift+z'), keyCap('PageDown'), keyCap(' '), keyCap('Ctrl++')]).toEqual([
      'Strg Umschalt Z',
      'Bild ab',
      'Leertaste',
      'Strg +',
    ]);
    expect(hinted('Einpassen', ['f', 'Home'])).toBe('Einpassen (F oder Pos 1)');
    expect(hinted('Einpassen', [])).toBe('Einpassen');
  });

  it('go to a file and come back', () => {
    const keys = { 'image.invert': ['F7'], 'preset.PT.SUV 0–5': ['5'] };
    const mouse = { ...usualButtons, right: 'pan', wheel: 'zoom' } as const;
    expect(readKeysFile(writeKeysFile({ keys, mouse }))).toEqual({ keys, mouse });
    expect(readKeysFile('{"format":"other"}')).toBeNull();
    expect(readKeysFile('no JSON')).toBeNull();
  });

  it('are read from anything without harm: what is no key is left out', () => {
    expect(readKeyChanges({ a: ['x', 'x'], 'b<': ['x'], c: 'x', d: [7], e: ['Hyper+x'] })).toEqual({
      a: ['x'],
    });
    const anything = fc.property(fc.jsonValue(), (value) => {
      const changes = readKeyChanges(value);
      expect(
        Object.values(changes)
          .flat()
          .every((key) => key.length < 40),
      ).toBe(true);
      const text = JSON.stringify({ format: 'strata-keys', version: 1, keys: value, mouse: value });
      expect(Object.keys(readKeysFile(text)?.mouse ?? {})).toEqual(Object.keys(usualButtons));
    });
    fc.assert(anything, { seed: 7, numRuns: 300 });
  });
});
