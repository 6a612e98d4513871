// Numbers and counted things in the chosen language, by Intl.
import { language } from './language.ts';

const made = new Map<string, Intl.NumberFormat>();
const rules = new Map<string, Intl.PluralRules>();

function formatOf(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([language.value, options]);
  const format = made.get(key) ?? new Intl.NumberFormat(language.value, options);
  made.set(key, format);
  return format;
}

/** A number of things: `12,400`, `12.400`. */
export function wholeNumber(value: number): string {
  return formatOf({ maximumFractionDigits: 0 }).format(value);
}

/** A measured number without grouping: `-600`, `1250.5`, `1250,5`. @param least,most decimals */
export function decimal(value: number, least: number, most = least): string {
  const places = { minimumFractionDigits: least, maximumFractionDigits: most };
  return formatOf({ ...places, useGrouping: false, signDisplay: 'negative' }).format(value);
}

/** A number with so many significant digits: `0.0032`. */
export function significant(value: number, digits: number): string {
  return formatOf({ maximumSignificantDigits: digits, useGrouping: false }).format(value);
}

/** What is said of one, and of any other number, with `#` for the number. */
interface Forms {
  readonly one: string;
  readonly other: string;
}

/** `plural(59, { one: '# image', other: '# images' })` is `59 images`: by the language's own rules (CLDR). */
export function plural(count: number, forms: Forms): string {
  const rule = rules.get(language.value) ?? new Intl.PluralRules(language.value);
  rules.set(language.value, rule);
  const form = rule.select(count) === 'one' ? forms.one : forms.other;
  return form.replace('#', wholeNumber(count));
}
