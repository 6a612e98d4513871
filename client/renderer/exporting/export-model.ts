// What is to be exported and what is under way: pictures, films, archives of the originals.
import { batch, signal } from '@preact/signals';
import { rateOf } from '../grid/cine.ts';
import type { GridModel } from '../grid/grid-model.ts';
import type { ImageLoader } from '../loading/image-loader.ts';
import type { Measurement } from '../measuring/measurement.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import { type FilmOptions, filmSize, makeFilm } from './cine-file.ts';
import { type PictureOptions, paintViewport } from './picture.ts';
import { fileNameOf, saveFile } from './save-file.ts';

export type Part = 'image' | 'film' | 'originals';

export interface ImageOptions extends PictureOptions {
  readonly kind: 'png' | 'jpeg';
}

/** What is said to the user; the words are the dialog's. */
export type News =
  | { readonly kind: 'working'; readonly done: number; readonly of: number }
  | { readonly kind: 'fetching' | 'copied' | 'cancelled' }
  | { readonly kind: 'saved'; readonly name: string }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A picture for the printer. */
interface PrintedPicture {
  readonly url: string;
}

export interface ToPrint {
  readonly columns: number;
  readonly pictures: readonly PrintedPicture[];
}

/** JPEG quality: what the eye sees, not what was measured. */
const jpegQuality = 0.92;

export class ExportModel {
  /** The part of the dialog that is open; null when it is closed. */
  readonly open = signal<Part | null>(null);
  readonly image = signal<ImageOptions>({
    kind: 'png',
    size: 'screen',
    marks: true,
    text: true,
    identity: false,
  });
  readonly film = signal<FilmOptions>({
    ...({
      kind: 'mp4',
      rate: 15,
      from: 1,
      to: 1,
      side: 512,
      marks: true,
      text: true,
      identity: false,
    } as const),
  });
  /** The codec of MP4 files here, null when there is none; undefined before it is known. */
  readonly codec = signal<string | null | undefined>(undefined);
  readonly news = signal<News | null>(null);
  /** What is on the sheet for the printer; null when nothing is printed. */
  readonly print = signal<ToPrint | null>(null);
  readonly #grid: GridModel;
  readonly #images: Pick<ImageLoader, 'view'>;
  readonly #measurements: () => readonly Measurement[];
  #running: AbortController | null = null;

  /** @param measurements all of the page */
  constructor(
    grid: GridModel,
    images: Pick<ImageLoader, 'view'>,
    measurements: () => readonly Measurement[],
  ) {
    this.#grid = grid;
    this.#images = images;
    this.#measurements = measurements;
  }

  /** The viewport whose image is exported. */
  get viewer(): ViewerModel {
    return this.#grid.active;
  }

  get isRunning(): boolean {
    return this.news.value?.kind === 'working' || this.news.value?.kind === 'fetching';
  }

  /** Opens the dialog, with the active viewport's image and series. */
  show(part: Part = 'image'): void {
    const { viewer } = this;
    const count = viewer.series.peek()?.stack.slices.length ?? 0;
    const { presentation, format } = viewer.slice ?? {};
    batch(() => {
      this.open.value = part;
      this.news.value = null;
      this.film.value = {
        ...this.film.peek(),
        rate: rateOf(presentation?.frameTime ?? null),
        side: Math.min(1024, Math.max(format?.width ?? 512, format?.height ?? 512)),
        from: 1,
        to: Math.max(1, count),
      };
    });
    if (count > 1) void this.#findCodec();
  }

  /** Opens another part of the dialog. What is under way goes on. */
  turnTo(part: Part): void {
    this.open.value = part;
    if (!this.isRunning) this.news.value = null;
  }

  close(): void {
    this.cancel();
    this.open.value = null;
  }

  cancel(): void {
    this.#running?.abort();
  }

  /** Saves what the active viewport shows. */
  saveImage(): Promise<void> {
    return this.#run(async (ended) => {
      const name = fileNameOf(this.viewer, this.image.peek().kind === 'png' ? 'png' : 'jpg');
      saveFile(await this.#picture(this.viewer, this.image.peek(), ended), name);
      return { kind: 'saved', name };
    });
  }

  /** Puts it on the clipboard, as PNG: browsers take no other. */
  copyImage(): Promise<void> {
    return this.#run(async (ended) => {
      const options = { ...this.image.peek(), kind: 'png' } as const;
      await navigator.clipboard.write([
        new ClipboardItem({ 'image/png': this.#picture(this.viewer, options, ended) }),
      ]);
      return { kind: 'copied' };
    });
  }

  /** Makes the sheet for the printer; the page prints it as soon as it is drawn. */
  printImages(which: 'this image' | 'all viewports'): Promise<void> {
    return this.#run(async (ended) => {
      const viewers = which === 'this image' ? [this.viewer] : this.#grid.visible.peek();
      const shown = viewers.filter((viewer) => viewer.shown.peek() !== null);
      const pictures: PrintedPicture[] = [];
      for (const viewer of shown) {
        const picture = await this.#picture(viewer, { ...this.image.peek(), kind: 'png' }, ended);
        pictures.push({ url: URL.createObjectURL(picture) });
      }
      const { columns } = this.#grid.layout.peek();
      this.print.value = {
        columns: which === 'this image' ? 1 : Math.min(columns, pictures.length),
        pictures,
      };
      return null;
    });
  }

  /** The printer has it. */
  printed(): void {
    for (const { url } of this.print.peek()?.pictures ?? []) URL.revokeObjectURL(url);
    this.print.value = null;
  }

  /** Saves the series as a film. @param imageText see `FilmEvents` */
  saveFilm(imageText: (number: number, count: number) => string): Promise<void> {
    return this.#run(async (ended) => {
      const options = this.film.peek();
      const onProgress = (done: number, of: number) => {
        this.news.value = { kind: 'working', done, of };
      };
      onProgress(0, options.to - options.from + 1);
      const film = await makeFilm(
        this.viewer,
        this.#images,
        options,
        { onProgress, imageText, measurements: this.#measurements },
        ended,
      );
      const name = fileNameOf(this.viewer, options.kind);
      saveFile(film, name);
      return { kind: 'saved', name };
    });
  }

  async #findCodec(): Promise<void> {
    try {
      const { mp4Codec } = await import('./mp4-encoder.ts');
      this.codec.value = await mp4Codec(filmSize(this.viewer, this.film.peek()));
    } catch {
      this.codec.value = null;
    }
    if (this.codec.value === null && this.film.peek().kind === 'mp4')
      this.film.value = { ...this.film.peek(), kind: 'gif' };
  }

  async #picture(viewer: ViewerModel, options: ImageOptions, ended: AbortSignal): Promise<Blob> {
    if (options.size === 'full') this.news.value = { kind: 'fetching' };
    const canvas = await paintViewport(viewer, this.#images, options, ended);
    const type = options.kind === 'png' ? 'image/png' : 'image/jpeg';
    return canvas.convertToBlob({ type, quality: jpegQuality });
  }

  /** One thing at a time; what goes wrong is news. */
  async #run(work: (ended: AbortSignal) => Promise<News | null>): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.news.value = null;
    try {
      const news = await work(running.signal);
      if (!running.signal.aborted) this.news.value = news;
    } catch (error) {
      if (this.#running !== running) return;
      this.news.value = running.signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error };
    }
  }
}
