// The folder of a backup: whose it is, its blobs, and its dumps.
import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { BlobStore } from '@strata/store/blob-store';
import { syncFolder } from '@strata/store/durable-files';
import { writeDurably } from '../../config/data-folder.ts';
import { type FolderLock, tryLock } from '../../config/lock.ts';
import { makeFolder } from '../../config/make-folder.ts';
import { systemCode } from '../../config/start-error.ts';
import { BackupError, folderTrouble } from './backup-error.ts';

const FORMAT = 1;
const FOLDER_MODE = 0o700;
const NAME = /^\d{8}T\d{6}Z(-\d+)?$/;
/** What a new disk may hold already. */
const NOTHING = new Set(['lost+found']);

/** What `summary.json` of a dump says. */
export interface DumpSummary {
  readonly takenAt: string;
  readonly strata: string;
  readonly studies: number;
  readonly instances: number;
  readonly blobs: number;
  readonly bytes: number;
  /** Digests of blobs of which no good copy was to be had. */
  readonly lacking: readonly string[];
}

export interface ListedDump {
  readonly name: string;
  /** Null when it cannot be read. */
  readonly summary: DumpSummary | null;
}

export class BackupFolder {
  readonly path: string;
  readonly installation: string;
  readonly blobs: BlobStore;
  readonly #lock: FolderLock | null;

  private constructor(folder: string, installation: string, blobs: BlobStore, lock: FolderLock | null) {
    this.path = folder;
    this.installation = installation;
    this.blobs = blobs;
    this.#lock = lock;
  }

  /**
   * Opens the folder to write, or makes it; removes what a killed process left half written.
   * @param dataFolders which must not be around it: the disk that takes them would take it too
   * @throws BackupError
   */
  static async forWriting(
    folder: string,
    installation: string,
    dataFolders: readonly string[],
  ): Promise<BackupFolder> {
    const at = path.resolve(folder);
    let lock: FolderLock | null = null;
    try {
      await makeFolder(at, FOLDER_MODE);
      await refuseInside(at, dataFolders);
      const owner = await readOwner(at);
      if (owner === null) await refuseOthersFiles(at);
      else if (owner !== installation) throw anotherInstallation(at, owner);
      lock = lockOrRefuse(at);
      if (owner === null)
        await writeDurably(ownerFile(at), `${JSON.stringify({ format: FORMAT, installation })}\n`);
      await mkdir(dumpsFolder(at), { recursive: true, mode: FOLDER_MODE });
      const backup = new BackupFolder(at, installation, await BlobStore.open(at), lock);
      await backup.dropPartial();
      return backup;
    } catch (error) {
      lock?.release();
      throw folderTrouble(at, error);
    }
  }

  /**
   * Opens a backup to read, also from a medium that cannot be written.
   * @param how `keep`: nothing may go from it meanwhile; `look`: for a moment @throws BackupError
   */
  static async forReading(folder: string, how: 'keep' | 'look'): Promise<BackupFolder> {
    const at = path.resolve(folder);
    let lock: FolderLock | null = null;
    try {
      const owner = await readOwner(at);
      if (owner === null) throw new BackupError('not-a-backup', `There is no backup of Strata in ${at}.`);
      if (how === 'keep' && (await isWritable(at))) lock = lockOrRefuse(at);
      return new BackupFolder(at, owner, await BlobStore.open(at), lock);
    } catch (error) {
      lock?.release();
      throw folderTrouble(at, error);
    }
  }

  /** The dumps that are whole, the newest first. */
  async dumps(): Promise<ListedDump[]> {
    const names = (await readdir(dumpsFolder(this.path)).catch(() => [])).filter((name) => NAME.test(name));
    names.sort((a, b) => (a < b ? 1 : -1));
    return Promise.all(names.map(async (name) => ({ name, summary: await this.#summaryOf(name) })));
  }

  /** The folder of a whole dump. */
  dumpFolder(name: string): string {
    return path.join(dumpsFolder(this.path), name);
  }

  /** A dump that is being made: its folder, which does not exist yet. */
  partialFolder(name: string): string {
    return path.join(dumpsFolder(this.path), `.${name}.partial`);
  }

  /** The name of a dump taken now. */
  async newName(now: Date): Promise<string> {
    const name = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const taken = new Set((await this.dumps()).map((dump) => dump.name));
    for (let again = 1; ; again++) {
      const free = again === 1 ? name : `${name}-${again}`;
      if (!taken.has(free)) return free;
    }
  }

  /** Writes what a dump is, and gives it its name: from now on it can be restored. */
  async complete(name: string, summary: DumpSummary): Promise<void> {
    const partial = this.partialFolder(name);
    await writeDurably(path.join(partial, 'summary.json'), `${JSON.stringify(summary, null, 1)}\n`);
    await rename(partial, this.dumpFolder(name));
    await syncFolder(dumpsFolder(this.path));
  }

  /** Takes a dump away; its blobs stay. */
  async drop(name: string): Promise<void> {
    // Not to be taken for a whole one when this is broken off.
    const partial = this.partialFolder(name);
    await rename(this.dumpFolder(name), partial);
    await rm(partial, { recursive: true, force: true });
  }

  /** Takes away what did not become a whole dump. */
  async dropPartial(): Promise<void> {
    for (const name of await readdir(dumpsFolder(this.path))) {
      if (name.endsWith('.partial'))
        await rm(path.join(dumpsFolder(this.path), name), { recursive: true, force: true });
    }
  }

  close(): void {
    this.blobs.close();
    this.#lock?.release();
  }

  async #summaryOf(name: string): Promise<DumpSummary | null> {
    try {
      const text = await readFile(path.join(this.dumpFolder(name), 'summary.json'), 'utf8');
      const told = JSON.parse(text) as DumpSummary;
      return typeof told.takenAt === 'string' && Array.isArray(told.lacking) ? told : null;
    } catch {
      return null; // shown as damaged; restoring it says more
    }
  }
}

function lockOrRefuse(folder: string): FolderLock {
  const lock = tryLock(folder);
  if (lock) return lock;
  throw new BackupError('in-use', `Another process uses the backup ${folder}. Wait until it has ended.`);
}

function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

function ownerFile(folder: string): string {
  return path.join(folder, 'strata-backup.json');
}

function dumpsFolder(folder: string): string {
  return path.join(folder, 'dumps');
}

/** The installation whose backup it is; null when it is none. */
async function readOwner(folder: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(ownerFile(folder), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const { format, installation } = JSON.parse(text) as { format?: unknown; installation?: unknown };
    if (Number.isInteger(format) && (format as number) > FORMAT)
      throw new BackupError(
        'newer-version',
        `The backup ${folder} was made by a newer Strata: use that one.`,
      );
    if (format === FORMAT && typeof installation === 'string') return installation;
  } catch (error) {
    if (error instanceof BackupError) throw error;
  }
  throw new BackupError(
    'damaged',
    `${ownerFile(folder)} is damaged: it says whose backup this is. Put it back, or take a new backup into an empty folder.`,
  );
}

async function refuseOthersFiles(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !NOTHING.has(name) && name !== 'lock');
  if (names.length === 0) return;
  const what = names.includes('strata.json') ? 'is a data folder of Strata' : 'holds other files';
  throw new BackupError(
    'not-a-backup',
    `${folder} ${what} (${names.slice(0, 3).join(', ')}): name an empty or a new folder for the backup.`,
  );
}

async function refuseInside(folder: string, dataFolders: readonly string[]): Promise<void> {
  const real = await realpath(folder);
  for (const data of dataFolders) {
    const around = await realpath(data).catch(() => data);
    if (real !== around && !real.startsWith(`${around}${path.sep}`)) continue;
    throw new BackupError(
      'not-a-backup',
      `${folder} is inside the data folder ${data}: what destroys that one destroys its backup too. Name a folder on another disk.`,
    );
  }
}

function anotherInstallation(folder: string, owner: string): BackupError {
  return new BackupError(
    'another-installation',
    `${folder} has the backups of another installation (${owner.slice(0, 12)}): nothing was changed. Name another folder.`,
  );
}
