// Whether the page is on a phone: narrow, or low and used by fingers. The styles ask the same (study/phone.css).

const phone = '(max-width: 700px), (max-height: 500px) and (pointer: coarse)';

export function isPhone(): boolean {
  return globalThis.matchMedia?.(phone).matches ?? false;
}
