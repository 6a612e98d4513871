// The texts of downloading original files.
import { plural, wholeNumber } from './numbers.ts';
import { texts } from './texts.ts';

export const downloadTexts = texts({
  en: {
    command: 'Download originals',
    title: 'Download originals',
    what: 'The original DICOM files of',
    levels: { instance: 'this image', series: 'this series', study: 'the whole study' },
    zip: 'Zip archive',
    folder: 'Into a folder …',
    cancel: 'Cancel',
    close: 'Close',
    states: {
      listing: 'Asking what there is …',
      fetching: 'Fetching',
      waiting: 'No server answers. It goes on by itself.',
      writing: 'Finishing the file …',
      done: 'Done: every file was checked.',
      failed: 'Not all could be had.',
      cancelled: 'Cancelled.',
    },
    objects: (written: number, files: number) =>
      `${wholeNumber(written)} of ${plural(files, { one: '# file', other: '# files' })}`,
    bytes: (got: string, all: string) => `${got} of ${all}`,
    rate: (bytes: string) => `${bytes}/s`,
    servers: (count: number) => plural(count, { one: 'from # server', other: 'from # servers at once' }),
    missing: 'Files that could not be had',
    more: (count: number) => `and ${wholeNumber(count)} more`,
    why: {
      'no-list': 'No server says which files there are. Try again in a moment.',
      'no-server': 'No server gives it now. Try again in a moment.',
      damaged: 'What came was not what the server announced, time after time. Tell the administrator.',
      gone: 'It is not stored any more.',
      'not-written':
        'It could not be written: the disk may be full, or the folder does not take it. Choose another place.',
      'too-large':
        'This browser gives no storage, as in a private window: archives of up to 512 MB can be made in it. Take a series, an ordinary window, or “Export and print”, DICOM: there the server makes the archive.',
      'not-secure':
        'Files are checked as they come, which browsers do only where the address begins with https. “Export and print”, DICOM, has the server make an archive.',
    },
  },
  de: {
    command: 'Originale herunterladen',
    title: 'Originale herunterladen',
    what: 'Die originalen DICOM-Dateien',
    levels: { instance: 'dieses Bildes', series: 'dieser Serie', study: 'der ganzen Untersuchung' },
    zip: 'ZIP-Archiv',
    folder: 'In einen Ordner …',
    cancel: 'Abbrechen',
    close: 'Schließen',
    states: {
      listing: 'Es wird gefragt, was es gibt …',
      fetching: 'Wird geholt',
      waiting: 'Kein Server antwortet. Es geht von selbst weiter.',
      writing: 'Die Datei wird fertiggestellt …',
      done: 'Fertig: Jede Datei wurde geprüft.',
      failed: 'Nicht alle waren zu bekommen.',
      cancelled: 'Abgebrochen.',
    },
    objects: (written, files) =>
      `${wholeNumber(written)} von ${plural(files, { one: '# Datei', other: '# Dateien' })}`,
    bytes: (got, all) => `${got} von ${all}`,
    rate: (bytes) => `${bytes}/s`,
    servers: (count) => plural(count, { one: 'von # Server', other: 'von # Servern zugleich' }),
    missing: 'Dateien, die nicht zu bekommen waren',
    more: (count) => `und ${wholeNumber(count)} weitere`,
    why: {
      'no-list': 'Kein Server sagt, welche Dateien es gibt. Bitte gleich noch einmal versuchen.',
      'no-server': 'Kein Server gibt sie gerade heraus. Bitte gleich noch einmal versuchen.',
      damaged: 'Was kam, war wiederholt nicht, was der Server ankündigte. Bitte der Administration melden.',
      gone: 'Sie ist nicht mehr gespeichert.',
      'not-written':
        'Sie konnte nicht geschrieben werden: Platte voll, oder der Ordner nimmt sie nicht an. Bitte einen anderen Ort wählen.',
      'too-large':
        'Dieser Browser gibt keinen Speicherplatz her, wie in einem privaten Fenster: Archive bis 512 MB gehen. Bitte eine Serie, ein gewöhnliches Fenster oder „Exportieren und drucken“, DICOM nehmen: Dort macht der Server das Archiv.',
      'not-secure':
        'Dateien werden geprüft, wenn sie kommen; Browser können das nur, wo die Adresse mit https beginnt. „Exportieren und drucken“, DICOM, lässt den Server ein Archiv machen.',
    },
  },
});
