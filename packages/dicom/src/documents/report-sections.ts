// A report's parts as sections of plain text: a heading, and below it what it says, also of reports that others made.
import type { DocumentPart } from './structured-report.ts';

export interface TextSection {
  /** The concept of its heading. */
  readonly code: { readonly value: string; readonly scheme: string; readonly meaning: string } | null;
  readonly heading: string;
  readonly text: string;
}

/** Said of the whole document, or about images: no text of a section. */
const beside = new Set(['observation', 'acquisition', 'modifier']);
const wordless = new Set([
  'image',
  'object',
  'waveform',
  'points',
  'moments',
  'table',
  'reference',
  'unknown',
  'uid',
]);

/** The sections of a report, in their order; those without text are left out. */
export function sectionsOf(parts: readonly DocumentPart[]): TextSection[] {
  const sections: (TextSection & { lines: string[] })[] = [];
  let skipped = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    if (part.depth > skipped) continue;
    skipped = Number.POSITIVE_INFINITY;
    if (part.depth === 0 && beside.has(part.relation)) {
      skipped = 0;
      continue;
    }
    if (part.depth === 0)
      sections.push({ code: conceptOf(part), heading: part.name.slice(0, 64), text: '', lines: [] });
    const line = lineOf(part);
    if (line) sections.at(-1)?.lines.push(line);
  }
  return sections
    .map(({ code, heading, lines }) => ({ code, heading, text: lines.join('\n').trim() }))
    .filter(({ text }) => text !== '');
}

function lineOf({ depth, type, name, text, unit }: DocumentPart): string {
  if (wordless.has(type)) return '';
  if (type === 'container') return depth > 0 ? name : '';
  if (type === 'text') return text;
  const value = [text, unit].filter(Boolean).join(' ');
  return name && depth > 0 ? `${name}: ${value}` : value;
}

function conceptOf({ name, code }: DocumentPart): TextSection['code'] {
  const match = /^(.*) \(([^()]*)\)$/.exec(code);
  return match ? { value: match[1] ?? '', scheme: match[2] ?? '', meaning: name } : null;
}
