// The scripts that the small viewer's page loads: the list of all images, and the pixels of each.
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { InstanceRecord } from '@strata/metadata/records';
import type { ViewerFrame, ViewerPixels } from './viewer-frame.ts';

const deflate = promisify(deflateRaw);

interface ListedFrame extends ViewerFrame {
  /** Of its script. */
  readonly file: string;
}

interface ListedSeries {
  readonly number: number | null;
  readonly modality: string;
  readonly description: string;
  readonly frames: ListedFrame[];
}

export class ViewerStudy {
  readonly #series = new Map<string, ListedSeries>();
  #about: Pick<InstanceRecord, 'patient' | 'study'> | null = null;
  #files = 0;

  /** Takes a frame in. @returns the name and the text of its script */
  async add(
    record: InstanceRecord,
    { about, bytes }: ViewerPixels,
  ): Promise<{ name: string; bytes: Uint8Array }> {
    this.#about ??= record;
    const file = `F${String(++this.#files).padStart(7, '0')}`;
    const { uid, number, modality, description } = record.series;
    const series = this.#series.get(uid) ?? { number, modality, description, frames: [] };
    this.#series.set(uid, series);
    series.frames.push({ ...about, file });
    const packed = (await deflate(bytes, { level: 1 })).toString('base64');
    return { name: `VIEWER/${file}.JS`, bytes: ascii(`strataPixels('${file}','${packed}');\n`) };
  }

  /** The script that lists all; null when there is no image. */
  list(): Uint8Array | null {
    if (!this.#about) return null;
    const { patient, study } = this.#about;
    const series = [...this.#series.values()].sort(byNumber);
    for (const { frames } of series) frames.sort((a, b) => byNumber(a, b) || a.frame - b.frame);
    const text = JSON.stringify({ patient, study, series });
    return new TextEncoder().encode(`strataStudy(${text});\n`);
  }
}

interface Numbered {
  readonly number: number | null;
}

/** Without a number: last, as they came. */
function byNumber(a: Numbered, b: Numbered): number {
  return Math.sign((a.number ?? Number.MAX_SAFE_INTEGER) - (b.number ?? Number.MAX_SAFE_INTEGER));
}

function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
