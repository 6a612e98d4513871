// Texts of saving measurements with a study; and what servers say of those that cannot be shown.
import { type KnownSentences, knownSentence } from './known-sentences.ts';
import { plural } from './numbers.ts';
import { texts } from './texts.ts';

export const savedMeasurementTexts = texts({
  en: {
    title: 'Measurements',
    save: 'Save',
    saveHint: 'Save the measurements with the study',
    unsaved: (count: number) => plural(count, { one: '# change not saved', other: '# changes not saved' }),
    notSaved: 'not saved',
    saving: 'saving …',
    loading: 'reading what is saved …',
    saved: (author: string, at: string) => `Saved by ${author || 'somebody'}, ${at}`,
    madeBy: (maker: string) => `by ${maker || 'another program'}`,
    noName: 'Not saved: nobody is named.',
    notLoaded: (why: string) => `What is saved could not be read: ${why}`,
    failed: (why: string) => `Not saved: ${why}`,
    unread: (count: number) =>
      plural(count, { one: '# thing saved is not shown', other: '# things saved are not shown' }),
    noImage: (what: string) => `${what}: its image is not in the study`,
    ofDocument: (title: string, what: string) => `${title}: ${what}`,
    stated: (figures: string) => `stated: ${figures}`,
  },
  de: {
    title: 'Messungen',
    save: 'Speichern',
    saveHint: 'Messungen mit der Untersuchung speichern',
    unsaved: (count) =>
      plural(count, { one: '# Änderung nicht gespeichert', other: '# Änderungen nicht gespeichert' }),
    notSaved: 'nicht gespeichert',
    saving: 'speichert …',
    loading: 'liest Gespeichertes …',
    saved: (author, at) => `Gespeichert von ${author || 'jemandem'}, ${at}`,
    madeBy: (maker) => `von ${maker || 'einem anderen Programm'}`,
    noName: 'Nicht gespeichert: Es ist niemand genannt.',
    notLoaded: (why) => `Gespeichertes ließ sich nicht lesen: ${why}`,
    failed: (why) => `Nicht gespeichert: ${why}`,
    unread: (count) =>
      plural(count, {
        one: '# Gespeichertes wird nicht gezeigt',
        other: '# Gespeicherte werden nicht gezeigt',
      }),
    noImage: (what) => `${what}: Das Bild dazu ist nicht in der Untersuchung`,
    ofDocument: (title, what) => `${title}: ${what}`,
    stated: (figures) => `angegeben: ${figures}`,
  },
});

const sentences: KnownSentences = [
  [/^(.+) has no place in an image$/, '$1 hat keinen Ort in einem Bild'],
  [/^(.*)a shape \((.+)\) cannot be drawn here(.*)$/, '$1eine Form ($2) lässt sich hier nicht zeichnen$3'],
  [/^(.*)a region of no image cannot be drawn here(.*)$/, '$1eine Region ohne Bild$2'],
  [/^(.*)a region of (\d+) numbers makes no sense$/, '$1eine Region aus $2 Zahlen ergibt keinen Sinn'],
  [/^(.*)it names no place in an image(.*)$/, '$1nennt keinen Ort in einem Bild$2'],
  [
    /^(.*)its region is a segmentation, which is not shown(.*)$/,
    '$1die Region ist eine Segmentierung, die nicht gezeigt wird$2',
  ],
  [
    /^(.*)only the first of several frames is shown$/,
    '$1nur das erste von mehreren Einzelbildern wird gezeigt',
  ],
  [/^(.+) has no value$/, '$1 hat keinen Wert'],
  [/^(.+) is not shown$/, '$1 wird nicht gezeigt'],
  [/^it has more content than is read$/, 'es hat mehr Inhalt, als gelesen wird'],
  [
    /^only the first (\d+) of (\d+) measurements are shown$/,
    'nur die ersten $1 von $2 Messungen werden gezeigt',
  ],
  [/^The object (\S+) cannot be read: (.+)$/, 'Das Objekt $1 lässt sich nicht lesen: $2'],
  [
    /^The study has more than (\d+) such objects; only the newest are read\.$/,
    'Die Untersuchung hat mehr als $1 solche Objekte; nur die neuesten werden gelesen.',
  ],
];

/** What a server says of a measurement that cannot be shown, in the chosen language. */
export function unreadText(what: string): string {
  return knownSentence(what, sentences);
}
