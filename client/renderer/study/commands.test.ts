import { expect, it } from 'vitest';
import {
  commandOfKey,
  imageCommands,
  keyCap,
  presetCommands,
  scrollCommands,
  toolCommands,
  windowCommands,
} from './commands.ts';

it('every key of the study page does one thing', () => {
  const all = [
    ...toolCommands,
    ...imageCommands,
    ...windowCommands,
    ...scrollCommands,
    ...presetCommands('CT'),
  ];
  const keys = all.flatMap((command) => command.keys);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

it('a number key is a preset only where the modality has one', () => {
  expect(commandOfKey('2', 'CT')?.name).toBe('Lung');
  expect(commandOfKey('2', 'MR')).toBeUndefined();
  expect(commandOfKey('W', 'MR')?.name).toBe('Window');
  expect(keyCap('ArrowDown')).toBe('↓');
});
