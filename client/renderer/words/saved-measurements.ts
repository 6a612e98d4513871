// Texts of saving measurements with a study.
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
