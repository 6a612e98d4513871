// Short signs beside numbers: ages, and the sex of a patient.
import { texts } from './texts.ts';

export const formatTexts = texts({
  en: {
    years: (count: number) => `${count} y`,
    months: (count: number) => `${count} m`,
    days: (count: number) => `${count} d`,
    sex: { M: 'M', F: 'F', O: 'O' },
  },
  de: {
    years: (count) => `${count} J`,
    months: (count) => `${count} M`,
    days: (count) => `${count} T`,
    sex: { M: 'M', F: 'W', O: 'D' },
  },
});
