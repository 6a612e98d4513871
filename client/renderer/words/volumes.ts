// Texts of what is made of whole series: SUV of PET, planes through volumes, fusion, volumes in 3D.
import { texts } from './texts.ts';

export const volumeTexts = texts({
  en: {
    noSuv: (why: string) => `No SUV: ${why}`,
  },
  de: {
    noSuv: (why) => `Keine SUV: ${why}`,
  },
});
