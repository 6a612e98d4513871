// Hears of two fingers on a viewport; one finger is the tool's in hand.
import { type Fingers, type Pinch, pinchOf } from './pinch.ts';

/** @returns the function that ends it */
export function followFingers(element: HTMLElement, onPinch: (pinch: Pinch) => void): () => void {
  let before: Fingers | null = null;
  const onTouch = (event: TouchEvent) => {
    const now = fingersOf(event, element);
    if (now && before && event.type === 'touchmove') {
      event.preventDefault();
      onPinch(pinchOf(before, now));
    }
    // A finger that comes or goes makes others of the two.
    before = now;
  };
  const ended = new AbortController();
  for (const kind of ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const)
    element.addEventListener(kind, onTouch, { passive: false, signal: ended.signal });
  return () => ended.abort();
}

function fingersOf({ touches }: TouchEvent, element: HTMLElement): Fingers | null {
  const [a, b] = touches;
  if (!a || !b || touches.length !== 2) return null;
  const { left, top } = element.getBoundingClientRect();
  return [
    [a.clientX - left, a.clientY - top],
    [b.clientX - left, b.clientY - top],
  ];
}
