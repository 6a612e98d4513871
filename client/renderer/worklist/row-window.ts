// Which lines of a long list are in sight: the box scrolls, and what is read stays where it is when others come or go.
import type { Signal } from '@preact/signals';
import type { WorklistModel } from './worklist-model.ts';

/** Lines that are there above and below those in sight. */
const around = 20;
/** Lines change this many at a time, so that scrolling by pixels changes none. */
const step = 10;

export class RowWindow {
  readonly #box: HTMLElement;
  readonly #model: WorklistModel;
  readonly #lines: Signal<readonly [number, number]>;
  #list = 0;
  #reveal = 0;

  /** @param box scrolls the table; @param lines told which lines are to be there: first and last */
  constructor(box: HTMLElement, model: WorklistModel, lines: Signal<readonly [number, number]>) {
    this.#box = box;
    this.#model = model;
    this.#lines = lines;
  }

  /** @returns ends it */
  start(): () => void {
    const onScroll = () => this.#follow();
    this.#box.addEventListener('scroll', onScroll, { passive: true });
    const sizes = new ResizeObserver(onScroll);
    sizes.observe(this.#box);
    // The rows as they were left, when the page comes back.
    this.#list = this.#model.lists.peek();
    this.#reveal = this.#model.reveals.peek();
    const { top } = this.#model;
    if (top) this.#box.scrollTop = top.row * this.#lineHeight() + top.hidden;
    this.#follow();
    return () => {
      this.#box.removeEventListener('scroll', onScroll);
      sizes.disconnect();
    };
  }

  /** Scrolls so that the first line in sight is where it was, or the keyboard's line is in sight when that has moved. */
  keepPlace(): void {
    const lists = this.#model.lists.peek();
    const reveals = this.#model.reveals.peek();
    const box = this.#box;
    const height = this.#lineHeight();
    if (lists !== this.#list) {
      this.#list = lists;
      this.#model.top = null;
      box.scrollTop = 0;
    } else if (this.#model.top) {
      const { uid, row } = this.#model.top;
      const now = this.#model.rowOf(uid);
      if (now >= 0 && now !== row) box.scrollTop += (now - row) * height;
    }
    if (reveals !== this.#reveal) {
      this.#reveal = reveals;
      const at = this.#model.selected.peek() * height;
      const most = this.#seenHeight() - height;
      if (at < box.scrollTop || at > box.scrollTop + most) {
        box.scrollTop = at < box.scrollTop ? at : at - most;
      }
    }
    this.#follow();
  }

  #follow(): void {
    const { scrollTop } = this.#box;
    const height = this.#lineHeight();
    const first = Math.floor(scrollTop / height);
    const last = Math.ceil((scrollTop + this.#seenHeight()) / height) - 1;
    const uid = scrollTop > 0 && this.#model.studyAt(first)?.studyUid;
    this.#model.top = uid ? { uid, row: first, hidden: scrollTop - first * height } : null;
    const from = Math.max(0, Math.floor((first - around) / step) * step);
    const to = Math.ceil((last + around) / step) * step;
    const [nowFrom, nowTo] = this.#lines.peek();
    if (from !== nowFrom || to !== nowTo) this.#lines.value = [from, to];
    void this.#model.look(first, Math.max(first, last));
  }

  #lineHeight(): number {
    return Number.parseFloat(getComputedStyle(this.#box).getPropertyValue('--line-height')) || 30;
  }

  #seenHeight(): number {
    const head = this.#box.querySelector('thead')?.offsetHeight ?? 0;
    return Math.max(0, this.#box.clientHeight - head);
  }
}
