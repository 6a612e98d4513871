// The texts of what every page stands in.
import { texts } from './texts.ts';

export const shellTexts = texts({
  en: {
    connection: {
      connecting: 'connecting …',
      connected: 'connected',
      reconnecting: 'reconnecting …',
    },
    home: 'Worklist (Escape)',
    signOut: 'Sign out',
    signOutHint: 'Closes all studies and wipes the images that are kept on this computer',
    close: 'Close',
    cancel: 'Cancel',
    ok: 'OK',
    tryAgain: 'Try again',
    worklist: 'Worklist',
  },
  de: {
    connection: {
      connecting: 'verbindet …',
      connected: 'verbunden',
      reconnecting: 'verbindet erneut …',
    },
    home: 'Arbeitsliste (Esc)',
    signOut: 'Abmelden',
    signOutHint: 'Schließt alle Untersuchungen und löscht die auf diesem Rechner gehaltenen Bilder',
    close: 'Schließen',
    cancel: 'Abbrechen',
    ok: 'OK',
    tryAgain: 'Erneut versuchen',
    worklist: 'Arbeitsliste',
  },
});
