// Counted things that several areas speak of.
import { plural } from './numbers.ts';
import { texts } from './texts.ts';

const countTexts = texts({
  en: { images: (count: number) => plural(count, { one: '# image', other: '# images' }) },
  de: { images: (count) => plural(count, { one: '# Bild', other: '# Bilder' }) },
});

/** `59 images`, `59 Bilder`. */
export function imageCount(count: number): string {
  return countTexts.value.images(count);
}
