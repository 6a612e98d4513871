// Keeps files that cannot be taken in, so that a person can look at them: nothing is overwritten, nothing is thrown away.
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from '../config/data-folder.ts';
import { systemCode } from '../config/start-error.ts';
import { KeyLock } from './key-lock.ts';
import { RefusedError } from './outcome.ts';
import { noteOf, parseNote, type QuarantineNote, type QuarantineReason } from './quarantine-note.ts';

/** What may lie in quarantine; beyond it nothing more is kept, and senders are told to send again later. */
export interface QuarantineLimits {
  readonly bytes: number;
  readonly files: number;
}

const QUARANTINE_LIMITS: QuarantineLimits = { bytes: 50 * 10 ** 9, files: 100_000 };

/** A file in quarantine. */
export interface QuarantineEntry {
  /** SHA-256 of the file as it was kept; its name in the folder. */
  readonly id: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Null when the note is not there or cannot be read; the file is as good as with one. */
  readonly note: QuarantineNote | null;
  /** What is wrong with the entry itself; null when nothing is. */
  readonly problem: string | null;
}

export interface QuarantineList {
  /** Longest kept first; those whose note cannot be read last. */
  readonly entries: readonly QuarantineEntry[];
  readonly bytes: number;
  readonly limits: QuarantineLimits;
  /** Names of files in the folder that are none of Strata's. */
  readonly foreign: readonly string[];
}

const NAME = /^([0-9a-f]{64})\.(dcm|json)$/;
const READ_AT_ONCE = 32;
/** A note is less than this; a larger file of the name is not read. */
const MAX_NOTE_BYTES = 64 * 1024;
const COUNT_EVERY_MS = 60_000;

interface Usage {
  bytes: number;
  files: number;
  readonly countedAt: number;
}

/** The quarantine folder: `<sha256>.dcm` is a file, `<sha256>.json` says why it is here. */
export class Quarantine {
  readonly #folder: string;
  readonly #limits: QuarantineLimits;
  readonly #changes = new KeyLock();
  #usage: Usage | null = null;

  constructor(folder: string, limits: QuarantineLimits = QUARANTINE_LIMITS) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /**
   * Writes file and note durably; the same file again only changes its note.
   * @throws RefusedError 'quarantine-full', or the file system's error
   */
  async keep(bytes: Uint8Array, reason: QuarantineReason): Promise<void> {
    const release = await this.#changes.take('');
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const earlier = await this.#entry(reason.fileDigest);
      if ((await this.#sizeOf(reason.fileDigest)) !== bytes.length) {
        await this.#makeSure(bytes.length);
        await writeDurably(this.#file(reason.fileDigest, 'dcm'), bytes);
      }
      await this.#writeNote(noteOf(reason, earlier.note, new Date().toISOString()));
    } finally {
      release();
    }
  }

  /** Everything in the folder, with what is wrong with it said instead of thrown. @throws the file system's error about the folder */
  async list(): Promise<QuarantineList> {
    const ids = new Set<string>();
    const foreign: string[] = [];
    for (const name of await this.#names()) {
      const id = NAME.exec(name)?.[1];
      if (id === undefined) foreign.push(name);
      else ids.add(id);
    }
    const entries: QuarantineEntry[] = [];
    const waiting = ids.values();
    const lane = async () => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) {
        entries.push(await this.#entry(next.value));
      }
    };
    await Promise.all(Array.from({ length: READ_AT_ONCE }, lane));
    const age = ({ id, note }: QuarantineEntry) => `${note?.receivedAt ?? '~'} ${id}`;
    entries.sort((a, b) => (age(a) < age(b) ? -1 : 1));
    const bytes = entries.reduce((sum, { size }) => sum + size, 0);
    return { entries, bytes, limits: this.#limits, foreign: foreign.sort() };
  }

  /**
   * The entry that an id, or the first letters of one, names.
   * @throws RefusedError 'not-in-quarantine' or 'ambiguous'
   */
  async find(id: string): Promise<QuarantineEntry> {
    const found = new Set<string>();
    if (/^[0-9a-f]{4,64}$/.test(id)) {
      for (const name of await this.#names()) {
        const full = NAME.exec(name)?.[1];
        if (full?.startsWith(id)) found.add(full);
      }
    }
    const [first] = found;
    if (first === undefined) throw new RefusedError('not-in-quarantine', `There is no ${id} in quarantine.`);
    if (found.size > 1) {
      throw new RefusedError(
        'ambiguous',
        `${found.size} files in quarantine begin with ${id}: give more of the id.`,
      );
    }
    return this.#entry(first);
  }

  /** The file of an entry. @throws the file system's error */
  async read(id: string): Promise<Uint8Array> {
    const bytes = await readFile(this.#file(id, 'dcm'));
    // Its own memory, so that it can move to a worker.
    return new Uint8Array(bytes);
  }

  /** Notes that a file was tried again and refused again. @throws the file system's error */
  async refusedAgain(id: string, { code, reason }: { code: string; reason: string }): Promise<void> {
    const release = await this.#changes.take('');
    try {
      const { note } = await this.#entry(id);
      const now = new Date().toISOString();
      const base = note ?? parseNote(JSON.stringify({ fileDigest: id, reason, receivedAt: now }));
      if (base)
        await this.#writeNote({ ...base, code, reason, lastTriedAt: now, refusals: base.refusals + 1 });
    } finally {
      release();
    }
  }

  /** Takes file and note away for good. @throws the file system's error */
  async drop(id: string): Promise<void> {
    const release = await this.#changes.take('');
    try {
      // The note last: a file without one would be of unknown origin.
      for (const kind of ['dcm', 'json'] as const) await rm(this.#file(id, kind), { force: true });
      this.#usage = null;
    } finally {
      release();
    }
  }

  #file(id: string, kind: 'dcm' | 'json'): string {
    return path.join(this.#folder, `${id}.${kind}`);
  }

  #writeNote(note: QuarantineNote): Promise<void> {
    return writeDurably(this.#file(note.fileDigest, 'json'), `${JSON.stringify(note, null, 2)}\n`);
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  /** Never throws. */
  async #entry(id: string): Promise<QuarantineEntry> {
    const [size, note] = await Promise.all([this.#sizeOf(id), this.#noteOf(id)]);
    if (size === null) return { id, size: 0, note, problem: 'The file is gone; only its note is here.' };
    return { id, size, note, problem: note === null ? 'Its note is missing or damaged.' : null };
  }

  async #sizeOf(id: string): Promise<number | null> {
    const found = await stat(this.#file(id, 'dcm')).catch(() => null);
    return found?.isFile() ? found.size : null;
  }

  async #noteOf(id: string): Promise<QuarantineNote | null> {
    try {
      const file = this.#file(id, 'json');
      if ((await stat(file)).size > MAX_NOTE_BYTES) return null;
      const note = parseNote(await readFile(file, 'utf8'));
      return note && { ...note, fileDigest: id };
    } catch {
      return null;
    }
  }

  /** @throws RefusedError 'quarantine-full' when there is no room for so many bytes more */
  async #makeSure(more: number): Promise<void> {
    const usage = await this.#used();
    if (usage.bytes + more <= this.#limits.bytes && usage.files < this.#limits.files) {
      usage.bytes += more;
      usage.files += 1;
      return;
    }
    this.#usage = null;
    throw new RefusedError(
      'quarantine-full',
      `The file cannot be taken, and the quarantine is full (${usage.files} files, ${usage.bytes} bytes). ` +
        'Look at what is there: strata quarantine. Then send the file again.',
    );
  }

  /** What is there, counted now and then: people take files away with tools of their own. */
  async #used(): Promise<Usage> {
    if (this.#usage && performance.now() - this.#usage.countedAt < COUNT_EVERY_MS) return this.#usage;
    const usage: Usage = { bytes: 0, files: 0, countedAt: performance.now() };
    for (const name of await this.#names()) {
      usage.bytes += (await stat(path.join(this.#folder, name)).catch(() => null))?.size ?? 0;
      if (!name.endsWith('.json')) usage.files += 1;
    }
    this.#usage = usage;
    return usage;
  }
}
