// Manifests by UID: read from the metadata service, kept in memory; old ones are shown while it cannot be asked.
import { setTimeout as sleep } from 'node:timers/promises';
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';
import type { StudyRows } from '@strata/metadata/records';
import { LRUCache } from 'lru-cache';
import { ImageError } from './image-error.ts';
import { MANIFEST_CACHE } from './limits.ts';

export type ManifestSource = Pick<Metadata, 'find' | 'study' | 'series' | 'worklist'>;

interface Kept {
  readonly rows: StudyRows;
  /** Until then nothing newer is asked for, by the clock of this process; 0 when the study has changed since. */
  freshUntil: number;
}

/** A study may grow through another process, which nobody tells: nothing older than this is shown. */
const MANIFEST_FRESH_MS = 500;
/** Who is shown something at all is shown what is kept when there is nothing newer by then. */
const OLD_AFTER_MS = 1_000;
/** How often a service that is away is asked for what was shown old meanwhile. */
const ASK_AGAIN_MS = 500;
const INSTANCE_COST = 1024;

export class Manifests {
  readonly #metadata: ManifestSource;
  readonly #onLate: (studyUid: string) => void;
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: MANIFEST_CACHE,
    sizeCalculation: ({ rows }) => sizeOf(rows),
  });
  /** What is being asked for, so that many who open one study ask once. */
  readonly #asking = new Map<string, Promise<StudyRows>>();
  /** UIDs whose manifests were shown although they may be old: the metadata service is away. */
  readonly #owed = new Set<string>();
  #closed = false;

  /** @param onLate told of a study that was shown although it may be old, when it can be asked for again */
  constructor(metadata: ManifestSource, onLate: (studyUid: string) => void) {
    this.#metadata = metadata;
    this.#onLate = onLate;
  }

  /**
   * What the UID names: a whole study, or the study with only the series that the UID is or is an instance of. As it was, when
   * it is known and the metadata service cannot be asked.
   * Throws ImageError 'not-found', MetadataError.
   */
  async rows(uid: string): Promise<StudyRows> {
    const known = this.#kept.get(uid);
    if (known && performance.now() < known.freshUntil) return known.rows;
    if (!known) return this.#ask(uid);
    if (this.#owed.size > 0) return this.#old(uid, known);
    const timer = new AbortController();
    const late = sleep(OLD_AFTER_MS, null, { signal: timer.signal }).catch(() => null); // the answer came first
    try {
      return (await Promise.race([this.#ask(uid), late])) ?? this.#old(uid, known);
    } catch (error) {
      if (error instanceof MetadataError && error.code === 'unavailable') return this.#old(uid, known);
      throw error;
    } finally {
      timer.abort();
    }
  }

  /** It is not known what has changed: of nothing that is kept it is known to be of now. */
  forgetAll(): void {
    this.#asking.clear();
    for (const kept of this.#kept.values()) kept.freshUntil = 0;
  }

  /** A study has changed: what is kept of it, under whatever UID, is not of now any more. */
  forget(studyUid: string): void {
    // What is being asked for may be older than the change: those who wait get it, nobody else.
    this.#asking.clear();
    for (const kept of this.#kept.values()) if (kept.rows.study.uid === studyUid) kept.freshUntil = 0;
  }

  close(): void {
    this.#closed = true;
  }

  #ask(uid: string): Promise<StudyRows> {
    const asked = this.#asking.get(uid);
    if (asked) return asked;
    const isCurrent = () => this.#asking.get(uid) === asking;
    const asking = this.#read(uid)
      .then((rows) => {
        if (isCurrent()) this.#kept.set(uid, { rows, freshUntil: performance.now() + MANIFEST_FRESH_MS });
        // It changed while it was read: better than nothing when the metadata service goes away now.
        else if (!this.#kept.has(uid)) this.#kept.set(uid, { rows, freshUntil: 0 });
        return rows;
      })
      .finally(() => {
        if (isCurrent()) this.#asking.delete(uid);
      });
    asking.catch(() => undefined); // whoever waits is told
    this.#asking.set(uid, asking);
    return asking;
  }

  async #read(uid: string): Promise<StudyRows> {
    const found = await this.#metadata.find(uid);
    const rows =
      found?.kind === 'study'
        ? await this.#metadata.study(found.studyUid)
        : found && (await this.#metadata.series(found.seriesUid));
    if (!rows) throw new ImageError('not-found', `There is no study, series or instance ${uid} here.`);
    return rows;
  }

  #old(uid: string, { rows }: Kept): StudyRows {
    const isFirst = this.#owed.size === 0;
    this.#owed.add(uid);
    if (isFirst) void this.#whenBack();
    return rows;
  }

  /** Asks for what was shown old, until it is there; whoever was shown it is to ask again then. */
  async #whenBack(): Promise<void> {
    while (this.#owed.size > 0 && !this.#closed) {
      await sleep(ASK_AGAIN_MS, undefined, { ref: false });
      for (const uid of [...this.#owed]) {
        try {
          const rows = await this.#ask(uid);
          this.#owed.delete(uid);
          this.#onLate(rows.study.uid);
        } catch (error) {
          if (error instanceof MetadataError) break; // away still
          this.#owed.delete(uid);
        }
      }
    }
  }
}

function sizeOf(rows: StudyRows): number {
  let size = INSTANCE_COST;
  for (const series of rows.series) {
    for (const instance of series.instances) size += INSTANCE_COST + (instance.frameIndex?.byteLength ?? 0);
  }
  return size;
}
