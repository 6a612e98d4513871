// Texts of shutters, key images and presentation states.
import { texts } from './texts.ts';

export const presentingTexts = texts({
  en: {
    shutterOff: 'Shutter off',
  },
  de: {
    shutterOff: 'Blende aus',
  },
});
