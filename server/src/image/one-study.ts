// Holds a connection to one study: what belongs to another is answered as what is not there.
import type { StudyRows } from '@strata/metadata/records';
import type { FrameRef } from '@strata/protocol/messages';
import { ImageError } from './image-error.ts';
import type { Manifests } from './manifests.ts';

export class OneStudy {
  readonly #manifests: Pick<Manifests, 'rows'>;
  readonly #studyUid: string;
  /** The blobs of the study's frames, of the rows that they were read from. */
  #known: { readonly rows: StudyRows; readonly blobs: ReadonlySet<string> } | null = null;

  constructor(manifests: Pick<Manifests, 'rows'>, studyUid: string) {
    this.#manifests = manifests;
    this.#studyUid = studyUid;
  }

  /** @throws ImageError 'not-found' when they are of another study */
  checkRows(rows: StudyRows, uid: string): void {
    if (rows.study.uid === this.#studyUid) return;
    throw new ImageError('not-found', `There is no study, series or instance ${uid} here.`);
  }

  /** @throws ImageError 'missing-blob' when a frame is of no instance of the study */
  async checkFrames(frames: readonly FrameRef[]): Promise<void> {
    // Instances that came since are asked for once.
    const stranger = this.#strange(frames);
    if (stranger === null) return;
    await this.#read();
    const still = this.#strange(frames);
    if (still !== null) throw new ImageError('missing-blob', `Blob ${still} is not of this study.`);
  }

  #strange(frames: readonly FrameRef[]): string | null {
    return frames.find(({ blob }) => !this.#known?.blobs.has(blob))?.blob ?? null;
  }

  async #read(): Promise<void> {
    const rows = await this.#manifests.rows(this.#studyUid);
    if (rows === this.#known?.rows) return;
    const instances = rows.series.flatMap((series) => series.instances);
    const blobs = new Set(instances.flatMap(({ framesBlob }) => framesBlob?.digest ?? []));
    this.#known = { rows, blobs };
  }
}
