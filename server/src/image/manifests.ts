// Manifests by UID: read from the metadata service, kept in memory for a short while.
import type { Metadata } from '@strata/metadata/metadata';
import type { StudyRows } from '@strata/metadata/records';
import { LRUCache } from 'lru-cache';
import { ImageError } from './image-error.ts';
import { MANIFEST_CACHE } from './limits.ts';

export type ManifestSource = Pick<Metadata, 'find' | 'study' | 'series' | 'worklist'>;

/** A study may grow through another process, which nobody tells: nothing older than this is shown. */
export const MANIFEST_FRESH_MS = 500;
const INSTANCE_COST = 1024;

export class Manifests {
  readonly #metadata: ManifestSource;
  readonly #kept = new LRUCache<string, StudyRows>({
    maxSize: MANIFEST_CACHE,
    ttl: MANIFEST_FRESH_MS,
    sizeCalculation: sizeOf,
  });
  /** What is being asked for, so that many who open one study ask once. */
  readonly #asking = new Map<string, Promise<StudyRows>>();

  constructor(metadata: ManifestSource) {
    this.#metadata = metadata;
  }

  /**
   * What the UID names: a whole study, or the study with only the series that the UID is or is an instance of.
   * Throws ImageError 'not-found', MetadataError.
   */
  async rows(uid: string): Promise<StudyRows> {
    const known = this.#kept.get(uid) ?? this.#asking.get(uid);
    if (known) return known;
    const asking = this.#ask(uid);
    this.#asking.set(uid, asking);
    const isCurrent = () => this.#asking.get(uid) === asking;
    try {
      const rows = await asking;
      if (isCurrent()) this.#kept.set(uid, rows);
      return rows;
    } finally {
      if (isCurrent()) this.#asking.delete(uid);
    }
  }

  async #ask(uid: string): Promise<StudyRows> {
    const found = await this.#metadata.find(uid);
    const rows =
      found?.kind === 'study'
        ? await this.#metadata.study(found.studyUid)
        : found && (await this.#metadata.series(found.seriesUid));
    if (!rows) throw new ImageError('not-found', `There is no study, series or instance ${uid} here.`);
    return rows;
  }

  /** It is not known what has changed: nothing that is kept is shown any more. */
  forgetAll(): void {
    this.#asking.clear();
    this.#kept.clear();
  }

  /** A study has changed: what is kept of it, under whatever UID, is not shown any more. */
  forget(studyUid: string): void {
    // What is being asked for may be older than the change: those who wait get it, nobody else.
    this.#asking.clear();
    for (const [uid, rows] of [...this.#kept.entries()])
      if (rows.study.uid === studyUid) this.#kept.delete(uid);
  }
}

function sizeOf(rows: StudyRows): number {
  let size = INSTANCE_COST;
  for (const series of rows.series) {
    for (const instance of series.instances) size += INSTANCE_COST + (instance.frameIndex?.byteLength ?? 0);
  }
  return size;
}
