// Texts of shutters, key images and presentation states.
import { plural } from './numbers.ts';
import { texts } from './texts.ts';

export const presentingTexts = texts({
  en: {
    shutterOff: 'Shutter off',
    keyImage: 'Key image',
    keyImages: 'Key images',
    markKey: 'Mark as key image',
    showKeys: 'Key images only',
    keyCount: (count: number) => plural(count, { one: '# key image', other: '# key images' }),
    by: (title: string, author: string) => `${title} (${author})`,
    notSaved: (why: string) => `Key images are not saved: ${why}`,
    saveNow: 'Save now',
    otherStudy: 'Images of this study can be marked here; the one in view is of another study.',
    noName: 'No name was given.',
    noKeys: 'No image of this study is marked as a key image.',
  },
  de: {
    shutterOff: 'Blende aus',
    keyImage: 'Schlüsselbild',
    keyImages: 'Schlüsselbilder',
    markKey: 'Als Schlüsselbild markieren',
    showKeys: 'Nur Schlüsselbilder',
    keyCount: (count) => plural(count, { one: '# Schlüsselbild', other: '# Schlüsselbilder' }),
    by: (title, author) => `${title} (${author})`,
    notSaved: (why) => `Schlüsselbilder sind nicht gespeichert: ${why}`,
    saveNow: 'Jetzt speichern',
    otherStudy: 'Hier können Bilder dieser Studie markiert werden; das gezeigte gehört zu einer anderen.',
    noName: 'Es wurde kein Name angegeben.',
    noKeys: 'In dieser Studie ist kein Bild als Schlüsselbild markiert.',
  },
});
