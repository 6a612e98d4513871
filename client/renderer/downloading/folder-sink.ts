// Writes files into a folder of the computer, where the browser lets pages do so (File System Access).
import { DownloadError } from './download-error.ts';
import type { Sink } from './sink.ts';

type PickFolder = (options: { mode: 'readwrite'; id: string }) => Promise<FileSystemDirectoryHandle>;

const pick = (): PickFolder | undefined =>
  (globalThis as { showDirectoryPicker?: PickFolder }).showDirectoryPicker?.bind(globalThis);

/** Whether pages may write into folders here. */
export const hasFolders = (): boolean => pick() !== undefined;

/** Asks for a folder. @returns null when the user chose none */
export async function chooseFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return (await pick()?.({ mode: 'readwrite', id: 'strata' })) ?? null;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw new DownloadError('not-written', error);
  }
}

/** @param name of the folder that is made in it */
export function folderSink(parent: FileSystemDirectoryHandle, name: string): Sink {
  const folders = new Map<string, Promise<FileSystemDirectoryHandle>>();
  const root = parent.getDirectoryHandle(name, { create: true });
  root.catch(() => undefined); // whoever writes is told
  const folderOf = async (path: string): Promise<FileSystemDirectoryHandle> => {
    const made =
      folders.get(path) ?? root.then((folder) => folder.getDirectoryHandle(path, { create: true }));
    folders.set(path, made);
    return made;
  };
  return {
    async write(path, bytes) {
      const [folder = '', file = ''] = path.split('/');
      try {
        const handle = await (await folderOf(folder)).getFileHandle(file, { create: true });
        // The browser writes beside it: the file has its name when it is whole.
        const writable = await handle.createWritable();
        await writable.write(bytes);
        await writable.close();
      } catch (error) {
        throw new DownloadError('not-written', error);
      }
    },
    close: async () => {},
    abandon: async () => {},
  };
}
