// The texts of the panel beside the worklist: the study at hand, and where its images are.
import { plural, wholeNumber } from './numbers.ts';
import { texts } from './texts.ts';

export const panelTexts = texts({
  en: {
    title: 'The study at hand',
    close: 'Close the panel',
    choose: 'Choose a study by a click or the arrow keys.',
    series: 'Series',
    others: 'Other studies',
    othersOfPatient: 'Other studies of the patient',
    status: 'Image status',
    notKnown: (why: string) => `Not known: ${why}.`,
    none: 'None.',
    noDescription: 'no description',
    noDate: 'no date',
    beside: 'beside',
    unreachable: 'cannot be reached now',
    unreadable: 'the server gave an answer that cannot be read',
    places: {
      gone: (id: string) => `a server that is not in the pool any more (${id})`,
      online: 'on disk, at once',
      nearline: 'nearline, after a while',
      offline: 'offline, after somebody has fetched it',
      missing: (count: number, of: number) =>
        `No server has ${plural(count, { one: '# file', other: '# files' })} of ${wholeNumber(of)}: images are missing. Tell the administrator.`,
      away: (servers: string) => `It cannot be opened now: ${servers} cannot be reached.`,
      copies: (count: number) =>
        plural(count, { one: 'One copy of every image', other: '# copies of every image' }),
      tooFew: (has: string, wanted: number) =>
        `${has}, ${wholeNumber(wanted)} are wanted: more are made as soon as there are servers enough.`,
      someAway: (has: string, servers: string) => `${has}, as wanted, but ${servers} cannot be reached.`,
      enough: (has: string) => `${has}, as wanted.`,
      whole: 'all of it',
      part: (count: number, of: number) =>
        `${wholeNumber(count)} of ${plural(of, { one: '# file', other: '# files' })}`,
      site: (server: string, site: string) => `${server}, site ${site}`,
    },
  },
  de: {
    title: 'Gewählte Untersuchung',
    close: 'Seitenleiste schließen',
    choose: 'Untersuchung mit einem Klick oder den Pfeiltasten wählen.',
    series: 'Serien',
    others: 'Weitere Untersuchungen',
    othersOfPatient: 'Weitere Untersuchungen des Patienten',
    status: 'Bildstatus',
    notKnown: (why) => `Nicht bekannt: ${why}.`,
    none: 'Keine.',
    noDescription: 'ohne Beschreibung',
    noDate: 'ohne Datum',
    beside: 'daneben',
    unreachable: 'jetzt nicht erreichbar',
    unreadable: 'die Antwort des Servers ist nicht lesbar',
    places: {
      gone: (id) => `ein Server, der nicht mehr zum Verbund gehört (${id})`,
      online: 'auf Platte, sofort',
      nearline: 'Nearline, nach kurzer Zeit',
      offline: 'Offline, erst wenn jemand es geholt hat',
      missing: (count, of) =>
        `Kein Server hat ${plural(count, { one: '# Datei', other: '# Dateien' })} von ${wholeNumber(of)}: Bilder fehlen. Bitte die Administration verständigen.`,
      away: (servers) => `Sie kann jetzt nicht geöffnet werden: ${servers} nicht erreichbar.`,
      copies: (count) => plural(count, { one: 'Eine Kopie jedes Bildes', other: '# Kopien jedes Bildes' }),
      tooFew: (has, wanted) =>
        `${has}, gewünscht sind ${wholeNumber(wanted)}: weitere entstehen, sobald genug Server da sind.`,
      someAway: (has, servers) => `${has}, wie gewünscht, aber ${servers} nicht erreichbar.`,
      enough: (has) => `${has}, wie gewünscht.`,
      whole: 'alles',
      part: (count, of) => `${wholeNumber(count)} von ${plural(of, { one: '# Datei', other: '# Dateien' })}`,
      site: (server, site) => `${server}, Standort ${site}`,
    },
  },
});
