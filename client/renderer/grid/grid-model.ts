// The viewports of a page: how they stand, which series each shows, which one is worked with, and with which tool.
import { batch, computed, signal } from '@preact/signals';
import type { StudySeries } from '../study/study-model.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import { mouseButtons } from '../viewport/mouse-buttons.ts';
import type { PrimaryTool } from '../viewport/primary-tool.ts';
import { type Layout, singleLayout } from './layouts.ts';

export class GridModel {
  readonly layout = signal<Layout>(singleLayout);
  /** Row by row, as many as the layout has. */
  readonly viewers = signal<readonly ViewerModel[]>([]);
  readonly activeIndex = signal(0);
  /** Whether the active viewport has the whole page for a while. */
  readonly maximised = signal(false);
  /** On the left mouse button. */
  readonly tool = signal<PrimaryTool>(mouseButtons.peek().left);
  /** Whether text lies over the images. */
  readonly textShown = signal(true);
  /** The viewports on the screen. */
  readonly visible = computed(() => (this.maximised.value ? [this.active] : this.viewers.value));
  readonly #makeViewer: (id: string) => ViewerModel;
  #made = 0;
  #series: readonly StudySeries[] = [];

  /** @param makeViewer makes a viewport's state; ids are given once */
  constructor(makeViewer: (id: string) => ViewerModel) {
    this.#makeViewer = makeViewer;
    this.viewers.value = [this.#make()];
  }

  /** The viewport that keys and toolbar work on. */
  get active(): ViewerModel {
    return (this.viewers.value[this.activeIndex.value] ?? this.viewers.value[0]) as ViewerModel;
  }

  /** The series that can be shown (again): those that are open are brought up to date. */
  offer(series: readonly StudySeries[]): void {
    this.#series = series;
    for (const viewer of this.viewers.peek()) {
      const open = viewer.series.peek();
      const newer = series.find(({ manifest }) => manifest.uid === open?.manifest.uid);
      if (newer && newer !== open) viewer.openSeries(newer);
    }
  }

  /** Whether no viewport shows a series. */
  get isEmpty(): boolean {
    return this.viewers.peek().every((viewer) => viewer.series.peek() === null);
  }

  /**
   * Arranges the viewports anew.
   * @param series of each, row by row; null stays empty
   * @param open how one of them comes into its viewport, counted from 0, which does not show it yet
   */
  hang(
    layout: Layout,
    series: readonly (StudySeries | null)[],
    open: (viewer: ViewerModel, series: StudySeries, at: number) => void = (viewer, one) =>
      viewer.openSeries(one),
  ): void {
    const before = this.viewers.peek();
    const count = layout.rows * layout.columns;
    const viewers = Array.from({ length: count }, (_, at) => (series[at] && before[at]) || this.#make());
    for (const viewer of before) if (!viewers.includes(viewer)) viewer.close();
    batch(() => {
      this.layout.value = layout;
      this.maximised.value = false;
      this.viewers.value = viewers;
      this.activeIndex.value = 0;
    });
    for (const [at, viewer] of viewers.entries()) {
      const one = series[at];
      if (one && viewer.series.peek() !== one) open(viewer, one, at);
    }
  }

  /** Shows a series in a viewport, the active one by default, which becomes active. */
  open(series: StudySeries, index = this.activeIndex.peek()): void {
    this.activate(index);
    if (this.active.series.peek() !== series) this.active.openSeries(series);
  }

  /** Shows an image of a series in a viewport, which becomes active. @param slice from 0, in the series' stack */
  openAt(series: StudySeries, slice: number, index: number): void {
    this.activate(index);
    // One that has just been made has nothing to scroll yet.
    const isOpen = this.active.series.peek() === series && this.active.attached;
    if (isOpen) this.active.goTo(slice);
    else this.active.openSeries(series, slice);
  }

  /** Shows the series so many places after the active viewport's. */
  openBeside(by: number): void {
    const now = this.#series.findIndex(
      ({ manifest }) => manifest.uid === this.active.series.peek()?.manifest.uid,
    );
    const next = this.#series[Math.max(0, Math.min(this.#series.length - 1, now + by))];
    if (next) this.open(next);
  }

  /** Changes the number of viewports. New ones take the next series that are not shown yet. */
  setLayout(layout: Layout): void {
    const count = layout.rows * layout.columns;
    const before = this.viewers.peek();
    for (const viewer of before.slice(count)) viewer.close();
    const added = Array.from({ length: Math.max(0, count - before.length) }, () => this.#make());
    batch(() => {
      this.layout.value = layout;
      this.maximised.value = false;
      this.viewers.value = [...before.slice(0, count), ...added];
      this.activeIndex.value = Math.min(this.activeIndex.peek(), count - 1);
    });
    if (added.length > 0) this.fill();
  }

  /** Makes a viewport the one that keys and toolbar work on. */
  activate(index: number): void {
    this.activeIndex.value = Math.max(0, Math.min(this.viewers.peek().length - 1, index));
  }

  /** Makes the viewport so many places on active, round about. */
  activateBeside(by: number): void {
    const count = this.viewers.peek().length;
    this.activate((((this.activeIndex.peek() + by) % count) + count) % count);
  }

  /** Gives the active viewport the whole page, or the others their places back. */
  toggleMaximised(): void {
    this.maximised.value = !this.maximised.value && this.viewers.peek().length > 1;
  }

  toggleText(): void {
    this.textShown.value = !this.textShown.value;
  }

  setTool(tool: PrimaryTool): void {
    this.tool.value = tool;
    for (const viewer of this.viewers.peek()) viewer.useTool(tool);
  }

  /** Tries again, in all viewports, what failed for want of a server. */
  retry(): void {
    for (const viewer of this.viewers.peek()) viewer.retry('what was out of reach');
  }

  close(): void {
    for (const viewer of this.viewers.peek()) viewer.close();
  }

  #make(): ViewerModel {
    this.#made++;
    return this.#makeViewer(String(this.#made));
  }

  /** Gives empty viewports the series that no viewport shows, images first. */
  fill(): void {
    const shown = new Set(this.viewers.peek().map((viewer) => viewer.series.peek()?.manifest.uid));
    const left = this.#series.filter(({ manifest }) => !shown.has(manifest.uid));
    const images = left.filter(({ stack }) => stack.slices.length > 0);
    const next = images.length > 0 || shown.size > 1 ? images : left;
    for (const viewer of this.viewers.peek()) {
      const series = viewer.series.peek() === null ? next.shift() : undefined;
      if (series) viewer.openSeries(series);
    }
  }
}
