// The download of this page, and what is offered to be downloaded.
import { effect, signal } from '@preact/signals';
import { askBeforeLeaving } from '../shell/ask-before-leaving.ts';
import { publishState } from '../shell/debug-state.ts';
import { httpServers } from '../shell/http-servers.ts';
import { DownloadError } from './download-error.ts';
import { Downloads } from './downloads.ts';
import { fetchFile } from './fetch-file.ts';
import { filesOf, type Level } from './file-list.ts';
import { folderSink } from './folder-sink.ts';
import { ServerShares } from './server-shares.ts';
import { zipSink } from './zip-sink.ts';

/** What can be downloaded from where the user is: the study, and what the active viewport shows of it. */
export interface Offer {
  readonly uids: Readonly<Partial<Record<Level, string>>>;
}

export const downloads = new Downloads();
/** Null while nothing is offered. */
export const offer = signal<Offer | null>(null);

/** Withdraws what is offered and not begun. @returns false when nothing is offered */
export function closeOffer(): boolean {
  if (!offer.peek() || downloads.state.peek() !== 'none') return false;
  offer.value = null;
  return true;
}

const shares = new ServerShares(httpServers);

/** Downloads a study, series or instance. @param folder null for a zip archive */
export function download(level: Level, uid: string, folder: FileSystemDirectoryHandle | null): void {
  const name = `strata-${level}-${uid.slice(-24).replace(/^\.+/, '')}`;
  void downloads.run({
    list: (signal) => filesOf(level, uid, httpServers(), signal),
    fetch: fetchFile,
    shares,
    sink: async (bytes) => {
      // Browsers check what comes, by its digest, on secure pages only.
      if (!globalThis.crypto?.subtle) throw new DownloadError('not-secure');
      return folder ? folderSink(folder, name) : zipSink(name, bytes);
    },
  });
}

/** Starts what the page does for downloads: says what they do, asks before the window is closed under one. Called once. */
export function startDownloads(): void {
  effect(() => {
    const state = downloads.state.value;
    publishState({ download: { state, figures: downloads.figures.value, missing: downloads.missing.value } });
    if (state !== 'fetching' && state !== 'waiting' && state !== 'writing') return;
    return askBeforeLeaving();
  });
}
