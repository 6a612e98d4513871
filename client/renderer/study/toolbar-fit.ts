// Follows how wide the toolbar is, and says which of its buttons must go into the menu at its end.
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { leavingCount } from './toolbar-room.ts';

interface Fit {
  /** CSS pixels of the toolbar; 0 before it is known. */
  readonly width: number;
  /** Of the order, from its beginning. */
  readonly count: number;
}

/**
 * Measures a toolbar whose children say by `data-part` who they are; its last child is the menu that takes those that leave.
 * @param order parts that can leave, who leaves first comes first
 */
export function useToolbarFit(order: readonly string[]): {
  readonly bar: RefObject<HTMLDivElement | null>;
  readonly left: ReadonlySet<string>;
  readonly width: number;
} {
  const bar = useRef<HTMLDivElement | null>(null);
  // A button that has left is as wide as it was.
  const widths = useRef(new Map<string, number>()).current;
  const [fit, setFit] = useState<Fit>({ width: 0, count: 0 });
  useLayoutEffect(
    () => (bar.current ? follow(bar.current, order, widths, setFit) : undefined),
    [order.join(' ')],
  );
  return { bar, left: new Set(order.slice(0, fit.count)), width: fit.width };
}

type SetFit = (next: (now: Fit) => Fit) => void;

/** @returns the function that ends it */
function follow(
  bar: HTMLElement,
  order: readonly string[],
  widths: Map<string, number>,
  setFit: SetFit,
): () => void {
  const measure = () =>
    setFit((now) => {
      const next = fitOf(bar, order, widths, now.count);
      return next.count === now.count && next.width === now.width ? now : next;
    });
  const sizes = new ResizeObserver(measure);
  const watch = () => {
    for (const part of bar.children) sizes.observe(part);
  };
  const parts = new MutationObserver(() => {
    watch();
    measure();
  });
  sizes.observe(bar);
  watch();
  parts.observe(bar, { childList: true });
  measure();
  return () => {
    sizes.disconnect();
    parts.disconnect();
  };
}

function fitOf(bar: HTMLElement, order: readonly string[], widths: Map<string, number>, now: number): Fit {
  const style = getComputedStyle(bar);
  const gap = Number.parseFloat(style.columnGap) || 0;
  const room = bar.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
  const boxes = [...bar.children]
    .map((part) => part.getBoundingClientRect())
    .filter(({ width }) => width > 0);
  // On a phone there is no such menu, and the line can be moved.
  if (boxes.length === 0 || bar.lastElementChild?.clientWidth === 0)
    return { width: bar.clientWidth, count: 0 };
  const taken = Math.max(...boxes.map(({ right }) => right)) - Math.min(...boxes.map(({ left }) => left));
  let elsewhere = 0;
  for (const name of order) {
    const part = bar.querySelector(`:scope > [data-part="${name}"]`);
    const width = part?.getBoundingClientRect().width;
    if (width !== undefined) widths.set(name, width > 0 ? width + gap : 0);
  }
  const left = order.slice(0, now).filter((name) => !bar.querySelector(`:scope > [data-part="${name}"]`));
  for (const name of left) elsewhere += widths.get(name) ?? 0;
  const all = order.map((name) => widths.get(name) ?? 0);
  return { width: bar.clientWidth, count: leavingCount(room, taken + elsewhere, all, now) };
}
