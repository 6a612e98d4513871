// The narrative of a section (HL7 CDA Release 2, StrucDoc.Text) as blocks: paragraphs, lists, tables.
import type { Block, Cell, Left, Look, Row, Run } from './clinical-document.ts';
import { childrenOf, firstOf, lineOf } from './elements.ts';

/** Elements and characters of all narratives of a document. */
const MOST_ELEMENTS = 50_000;
const MOST_CHARACTERS = 1_000_000;
const MOST_DEPTH = 24;
/** Columns or rows that one cell takes. */
const MOST_SPAN = 100;

/** Captions stand over their blocks; the rest has no business in a text. */
const unread = new Set(['caption', 'script', 'style']);

/** What may still be taken of a document, and what was left out of it. */
export class Allowance {
  readonly left = new Set<Left>();
  #elements = MOST_ELEMENTS;
  #characters = MOST_CHARACTERS;

  leave(what: Left): void {
    this.left.add(what);
  }

  /** Whether one more element may be read. */
  element(): boolean {
    if (--this.#elements >= 0) return true;
    this.leave('rest');
    return false;
  }

  /** So much of a text as may be read. */
  text(text: string): string {
    const taken = text.slice(0, Math.max(0, this.#characters));
    this.#characters -= text.length;
    if (taken.length < text.length) this.leave('rest');
    return taken;
  }
}

export function readNarrative(text: Element, allowance: Allowance): Block[] {
  return blocksIn(text, { allowance, look: [], depth: 0 });
}

interface Reading {
  readonly allowance: Allowance;
  /** What runs look like. */
  readonly look: readonly Look[];
  readonly depth: number;
}

/** Blocks stand for themselves; texts between them are paragraphs. */
function blocksIn(parent: Element, reading: Reading): Block[] {
  const blocks: Block[] = [];
  let runs: Run[] = [];
  const end = () => {
    const trimmed = trim(runs);
    if (trimmed.length > 0) blocks.push({ kind: 'paragraph', caption: '', runs: trimmed });
    runs = [];
  };
  for (const node of parent.childNodes) {
    if (!(node instanceof Element)) runs.push(...textRuns(node, reading));
    else if (isBlock(node)) {
      end();
      blocks.push(...blockOf(node, reading));
    } else runs.push(...runsOf(node, reading));
  }
  end();
  return blocks;
}

const isBlock = ({ localName }: Element): boolean =>
  localName === 'paragraph' || localName === 'list' || localName === 'table';

function blockOf(element: Element, { allowance, look, depth }: Reading): Block[] {
  if (depth > MOST_DEPTH || !allowance.element()) {
    allowance.leave('rest');
    return [];
  }
  const inside = { allowance, look: [...look, ...looksOf(element)], depth: depth + 1 };
  const caption = allowance.text(lineOf(firstOf(element, 'caption')));
  if (element.localName === 'list') {
    const items = childrenOf(element, 'item').map((item) => blocksIn(item, inside));
    return [{ kind: 'list', caption, isOrdered: element.getAttribute('listType') === 'ordered', items }];
  }
  if (element.localName === 'table') return [{ kind: 'table', caption, rows: rowsOf(element, inside) }];
  // A list or a table may stand in a paragraph, though it should not.
  return blocksIn(element, inside).map((block, at) =>
    at === 0 ? { ...block, caption: block.caption || caption } : block,
  );
}

function rowsOf(table: Element, reading: Reading): Row[] {
  const groups = ['thead', 'tbody', 'tfoot'].flatMap((name) => childrenOf(table, name));
  const parts = groups.length > 0 ? groups : [table];
  return parts.flatMap((part) =>
    childrenOf(part, 'tr').flatMap((row): Row[] => {
      if (!reading.allowance.element()) return [];
      const cells = [...row.children]
        .filter(({ localName }) => localName === 'td' || localName === 'th')
        .map((cell) => cellOf(cell, reading));
      return [{ isHead: part.localName === 'thead', cells }];
    }),
  );
}

function cellOf(cell: Element, reading: Reading): Cell {
  const span = (name: string) =>
    Math.max(1, Math.min(MOST_SPAN, Number.parseInt(cell.getAttribute(name) ?? '1', 10) || 1));
  return {
    isHead: cell.localName === 'th',
    columns: span('colspan'),
    rows: span('rowspan'),
    blocks: blocksIn(cell, reading),
  };
}

function textRuns(node: Node, { allowance, look }: Reading): Run[] {
  const isText = node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE;
  const text = isText ? allowance.text((node.nodeValue ?? '').replace(/\s+/g, ' ')) : '';
  return text === '' ? [] : [{ text, look }];
}

function runsOf(element: Element, { allowance, look, depth }: Reading): Run[] {
  const { localName } = element;
  if (localName === 'br') return [{ text: '\n', look }];
  if (unread.has(localName)) return [];
  if (localName === 'renderMultiMedia') {
    allowance.leave('pictures');
    return [];
  }
  if (depth > MOST_DEPTH || !allowance.element()) {
    allowance.leave('rest');
    return [];
  }
  const inside = { allowance, look: [...look, ...looksOf(element)], depth: depth + 1 };
  const runs = [...element.childNodes].flatMap((node) =>
    node instanceof Element ? runsOf(node, inside) : textRuns(node, inside),
  );
  return localName === 'footnote' ? [{ text: ' (', look }, ...runs, { text: ')', look }] : runs;
}

function looksOf(element: Element): Look[] {
  const codes = (element.getAttribute('styleCode') ?? '').split(/\s+/);
  const looks: Look[] = [];
  if (codes.includes('Bold')) looks.push('bold');
  if (codes.includes('Italics') || codes.includes('Emphasis')) looks.push('italic');
  if (codes.includes('Underline')) looks.push('underlined');
  if (element.localName === 'sup') looks.push('raised');
  if (element.localName === 'sub') looks.push('lowered');
  if (element.getAttribute('revised') === 'delete') looks.push('deleted');
  return looks;
}

/** Without the spaces at its ends, and beside line breaks. */
function trim(runs: readonly Run[]): Run[] {
  const kept: Run[] = [];
  for (const { text, look } of runs) {
    const before = kept.at(-1)?.text ?? '\n';
    const clean = /\s$/.test(before) ? text.replace(/^ +/, '') : text;
    if (clean !== '') kept.push({ text: clean, look });
  }
  while (kept.length > 0 && kept.at(-1)?.text.trim() === '') kept.pop();
  const last = kept.pop();
  return last ? [...kept, { ...last, text: last.text.trimEnd() }] : [];
}
