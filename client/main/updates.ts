// Looks for new versions where the settings say so; they are installed when the program is closed.
import { app } from 'electron';
import updater from 'electron-updater';

const AGAIN_MS = 6 * 60 * 60 * 1000;

/**
 * @param folder https:// address with the installers and their lists, as electron-builder's generic provider reads it
 * @param say told in words what happens
 */
export function followUpdates(folder: string, say: (words: string) => void): void {
  if (!app.isPackaged) {
    say('updates are for installed programs: this one runs from its sources');
    return;
  }
  const { autoUpdater } = updater;
  autoUpdater.setFeedURL({ provider: 'generic', url: folder });
  autoUpdater.autoInstallOnAppQuit = true;
  autoUpdater.on('update-downloaded', ({ version }) =>
    say(`version ${version} is installed when Strata is closed`),
  );
  autoUpdater.on('error', (error) => say(`no update could be fetched from ${folder}: ${error.message}`));
  const look = () => void autoUpdater.checkForUpdates().catch(() => undefined); // told above
  look();
  setInterval(look, AGAIN_MS).unref();
}
