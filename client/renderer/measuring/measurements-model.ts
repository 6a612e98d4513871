// The measurements of a page: drawn with Cornerstone's tools, measured by us, listed, taken back.
import { effect, signal, untracked } from '@preact/signals';
import type { GridModel } from '../grid/grid-model.ts';
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import type { Drawn, DrawnItem } from '../viewport/annotations.ts';
import { loadDrawing } from '../viewport/load-viewport.ts';
import { language } from '../words/language.ts';
import { measuringTexts } from '../words/measuring.ts';
import { distance } from './geometry.ts';
import { ImagePlaces, nameOf } from './image-places.ts';
import { ImageValues } from './image-values.ts';
import { usesValues } from './measure.ts';
import { linesOf, type Measured, type Measurement, measureDrawn } from './measurement.ts';
import { pointInImage } from './points.ts';
import type { Questions } from './questions.ts';
import { type Remembered, rememberedFigures } from './remembered.ts';
import { redrawn, trackingUidOf } from './saved-form.ts';
import { scaleAt } from './scale.ts';

type Drawing = Awaited<ReturnType<typeof loadDrawing>>;

export class MeasurementsModel {
  /** In the order of drawing. */
  readonly list = signal<readonly Measurement[]>([]);
  /** Whether the script that draws is there. */
  readonly canDraw = signal(false);
  readonly #grid: GridModel;
  readonly #series: () => readonly StudySeries[];
  readonly #places: ImagePlaces;
  readonly #values = new ImageValues();
  readonly #questions: Questions;
  /** Of an instance: millimetres that the user said a column is long. */
  readonly #calibrations = new Map<string, number>();
  readonly #measured = new WeakMap<object, { readonly key: string; readonly measured: Measured }>();
  /** What was saved of what is drawn, by its source. */
  readonly #remembered = new WeakMap<object, Remembered>();
  #drawing: Drawing | null = null;
  #endings: (() => void)[] = [];

  /** @param series all that the page lists */
  constructor(grid: GridModel, series: () => readonly StudySeries[], questions: Questions) {
    this.#grid = grid;
    this.#series = series;
    this.#places = new ImagePlaces(series);
    this.#questions = questions;
  }

  /** Begins to follow what is drawn. @returns the function that ends it and forgets all */
  start(): () => void {
    let ended = false;
    void loadDrawing().then((drawing) => {
      if (ended) return;
      this.#drawing = drawing;
      drawing.setAnnotationHost({
        describe: (drawn) => this.#describe(drawn),
        askText: (now) =>
          this.#questions.ask({ question: measuringTexts.value.arrowText, now, kind: 'text' }),
      });
      this.#endings.push(drawing.watchDrawing(() => this.#changed()));
      this.#endings.push(effect(() => this.#followImages()));
      // What stands beside what is drawn is drawn with it.
      this.#endings.push(effect(() => void [language.value, drawing.redraw()]));
      this.canDraw.value = true;
    });
    return () => {
      ended = true;
      for (const end of this.#endings) end();
      this.#drawing?.removeAllDrawn();
    };
  }

  /**
   * Draws what was saved, as far as its images are on the page.
   * @returns UIDs of what was drawn; none before drawing can be done
   */
  drawAgain(all: readonly Remembered[]): ReadonlySet<string> {
    const drawing = this.#drawing;
    if (!drawing || all.length === 0) return new Set();
    const series = this.#series();
    const found = new Map(all.map((one) => [one.saved.uid, one]));
    for (const { columnMm, sopInstanceUid } of all.map(({ saved }) => saved)) {
      if (columnMm !== null) this.#calibrations.set(sopInstanceUid, columnMm);
    }
    const drawn = all.flatMap(({ saved }) => redrawn(series, saved) ?? []);
    drawing.drawAgain(drawn);
    for (const { uid, source } of drawing.drawnItems()) {
      const remembered = found.get(uid);
      if (!remembered) continue;
      this.#remembered.set(source, remembered);
      // It was measured while it was drawn, before this was known.
      this.#measured.delete(source);
    }
    this.#changed();
    return new Set(drawn.map(({ uid }) => uid));
  }

  /** Takes drawings away for good: they are not what is saved any more. @param uids as they are saved */
  erase(uids: readonly string[]): void {
    const gone = new Set(uids);
    const drawn = this.#drawing?.drawnItems().filter(({ uid }) => gone.has(trackingUidOf(uid))) ?? [];
    this.#drawing?.eraseDrawn(drawn.map(({ uid }) => uid));
    this.#changed();
  }

  /** Millimetres that the user said a column of the image is long; null. */
  columnMmOf({ instanceUid }: Slice): number | null {
    return this.#calibrations.get(instanceUid) ?? null;
  }

  /** Whether figures depend on a slice's values, so that its full level is wanted whatever the zoom. */
  isMeasured(slice: Slice): boolean {
    return this.list.peek().some(({ tool, place }) => usesValues(tool) && place.slice.key === slice.key);
  }

  /** Removes a measurement, the selected one by default. */
  remove(uid: string | null = this.#drawing?.selectedDrawn() ?? null): void {
    if (uid) this.#drawing?.removeDrawn(uid);
  }

  /** Takes away what is being drawn. @returns false when nothing is */
  giveUp(): boolean {
    return this.#drawing?.giveUpDrawing() ?? false;
  }

  /** Takes the last drawing, change or removal back. */
  undo(): void {
    this.#drawing?.undoDrawing();
  }

  redo(): void {
    this.#drawing?.redoDrawing();
  }

  /** Shows the image of a measurement in the active viewport. */
  goTo({ place }: Measurement): void {
    this.#grid.open(place.series);
    this.#grid.active.goTo(place.index);
  }

  /** Asks how long the selected (else the last) length on the active image is, and measures all of that instance so. */
  async calibrate(): Promise<void> {
    const { slice } = this.#grid.active;
    const lengths = this.#drawing
      ?.drawnItems()
      .filter(({ tool, imageId }) => tool === 'length' && slice && imageId === nameOf(slice));
    const selected = this.#drawing?.selectedDrawn();
    const line = lengths?.find(({ uid }) => uid === selected) ?? lengths?.at(-1);
    if (!slice || !line) {
      await this.#questions.tell(measuringTexts.value.drawFirst);
      return;
    }
    const answer = await this.#questions.ask({
      question: measuringTexts.value.howLong,
      now: '',
      kind: 'millimetres',
    });
    const [a, b] = line.points.map((point) => pointInImage(slice.geometry, point));
    const millimetres = Number(answer?.replace(',', '.'));
    if (!a || !b || !(millimetres > 0)) return;
    const columns = distance(a, b, scaleAt(slice.presentation, [a, b], 1));
    if (columns > 0) this.#calibrations.set(slice.instanceUid, millimetres / columns);
    this.#changed();
    this.#drawing?.redraw();
  }

  #describe(drawn: Drawn): readonly string[] {
    const measured = this.#measure(drawn);
    return measured ? linesOf(measured, drawn.tool === 'arrow' ? '' : drawn.text) : [];
  }

  #measure(drawn: Drawn): Measured | null {
    const place = this.#places.of(drawn.imageId);
    if (!place) return null;
    const values = this.#values.of(drawn.imageId);
    const known = this.#calibrations.get(place.slice.instanceUid) ?? null;
    const key = JSON.stringify([drawn.points, drawn.closed, values?.level, known]);
    const before = this.#measured.get(drawn.source);
    if (before?.key === key) return before.measured;
    const fresh = measureDrawn(drawn, place, known, values);
    const measured = rememberedFigures(fresh, this.#remembered.get(drawn.source));
    this.#measured.set(drawn.source, { key, measured });
    return measured;
  }

  #changed(): void {
    const items = this.#drawing?.drawnItems() ?? [];
    this.list.value = items.flatMap((item) => this.#measurementOf(item) ?? []);
    for (const viewer of this.#grid.viewers.peek()) this.#wantValues(viewer);
  }

  #measurementOf(item: DrawnItem): Measurement | null {
    const place = this.#places.of(item.imageId);
    const measured = this.#measure(item);
    const { uid, tool, text, closed } = item;
    return place && measured && { uid, tool, place, text, closed, ...measured };
  }

  /** Run as an effect: what the viewports show, and at which level. */
  #followImages(): void {
    for (const viewer of this.#grid.viewers.value) {
      void viewer.shown.value;
      untracked(() => this.#wantValues(viewer));
    }
  }

  /** Gets the values of the image on the screen, where it is measured and better ones can be had. */
  #wantValues(viewer: ViewerModel): void {
    const shown = viewer.shown.peek();
    const slice = shown && viewer.series.peek()?.stack.slices[shown.index];
    if (!slice || !this.isMeasured(slice)) return;
    viewer.measuredChanged();
    void this.#values.get(nameOf(slice), viewer, shown).then((areBetter) => {
      if (!areBetter) return;
      this.#changed();
      this.#drawing?.redraw();
    });
  }
}
