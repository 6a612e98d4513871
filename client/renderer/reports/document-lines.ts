// A report's parts as what stands on a page: headings, paragraphs, and lines of a name and a value.
import type { DocumentPart } from '@strata/protocol/documents';

/** A line of a report; `depth` is how far it is set in. */
export type DocumentLine =
  | { readonly kind: 'heading'; readonly depth: number; readonly part: DocumentPart }
  /** A text of its own, below its name. */
  | { readonly kind: 'text'; readonly depth: number; readonly part: DocumentPart }
  /** Parts that stand in one line: continuous text. */
  | { readonly kind: 'flow'; readonly depth: number; readonly parts: readonly DocumentPart[] }
  /** A name and a value; `aside` where it only says more of what is above it. */
  | { readonly kind: 'value'; readonly depth: number; readonly part: DocumentPart; readonly aside: boolean };

/** Deeper ones are not set in further. */
const MOST_DEPTH = 6;

const asides = new Set(['observation', 'acquisition', 'modifier']);

/** What every document says of itself at its top, and people see anyway: its language, that a person wrote it. */
const selfEvident = new Set(['121049 (DCM)', '121005 (DCM)']);
const OBSERVER = '121008 (DCM)';

/** The lines of a report, in reading order. @param authors who is named above them already */
export function linesOf(parts: readonly DocumentPart[], authors: readonly string[] = []): DocumentLine[] {
  const lines: DocumentLine[] = [];
  for (const [at, part] of parts.entries()) {
    const isNamed = part.code === OBSERVER && authors.includes(part.text);
    if (part.depth === 0 && (selfEvident.has(part.code) || isNamed)) continue;
    const depth = Math.min(MOST_DEPTH, part.depth);
    const before = lines.at(-1);
    const isMain = part.relation === 'contains' || part.relation === 'other';
    if (part.type === 'container') {
      if (part.name) lines.push({ kind: 'heading', depth, part });
    } else if (part.flows && isMain) {
      if (before?.kind === 'flow' && before.parts[0]?.depth === part.depth) {
        lines[lines.length - 1] = { ...before, parts: [...before.parts, part] };
      } else lines.push({ kind: 'flow', depth, parts: [part] });
    } else if (part.type === 'text' && isMain) {
      const hasHeading = isAlone(parts, at) && before?.kind === 'heading' && before.part === parts[at - 1];
      lines.push({ kind: 'text', depth, part: hasHeading ? { ...part, name: '' } : part });
    } else lines.push({ kind: 'value', depth, part, aside: asides.has(part.relation) });
  }
  return lines;
}

/** Whether a part is all that the container before it has: the container's heading says what it is. */
function isAlone(parts: readonly DocumentPart[], at: number): boolean {
  const depth = parts[at]?.depth ?? 0;
  return parts[at - 1]?.depth === depth - 1 && (parts[at + 1]?.depth ?? -1) < depth;
}
