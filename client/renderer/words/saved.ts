// Texts of saved work: what all kinds of it have in common.
import { texts } from './texts.ts';

export const savedTexts = texts({
  en: {
    askAuthor: 'Your name, as it is to stand in what you save',
    unreachable: 'The server cannot be reached.',
    notUnderstood: 'The server gave an answer that is not understood.',
    refused: (why: string) => `The server refused it: ${why}`,
  },
  de: {
    askAuthor: 'Ihr Name, wie er in Gespeichertem stehen soll',
    unreachable: 'Der Server ist nicht erreichbar.',
    notUnderstood: 'Die Antwort des Servers ist nicht verständlich.',
    refused: (why) => `Der Server hat es abgelehnt: ${why}`,
  },
});
