// Texts that people read are in the message files: what is written into a page directly would stay English for ever.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';
import { expect, it } from 'vitest';

const pages = path.resolve(import.meta.dirname, '..');

/** Attributes that people read or hear. */
const readAttributes = new Set([
  ...['title', 'alt', 'label', 'placeholder'],
  ...['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'aria-placeholder'],
]);

/** The same in every language: names, commands to be typed, units and signs. */
const sameEverywhere = /^(?:Strata|npx strata .*|JSON|MPR|MIP|MinIP|SUV|DICOM|kB|MB|mm|px|ms|s|fps)$/;

/** A node of the tree, as far as it is looked at. */
interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

const partsOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

/** The strings that an expression may come to; what functions are given is theirs. */
function stringsOf(value: unknown): string[] {
  if (!isNode(value)) return [];
  switch (value.type) {
    case 'Literal':
      return typeof value.value === 'string' ? [value.value] : [];
    case 'TemplateLiteral':
      return [
        ...(value.quasis as { value: { cooked: string } }[]).map((quasi) => quasi.value.cooked),
        ...(value.expressions as unknown[]).flatMap(stringsOf),
      ];
    case 'ConditionalExpression':
      return [...stringsOf(value.consequent), ...stringsOf(value.alternate)];
    case 'LogicalExpression':
      return [...(value.operator === '&&' ? [] : stringsOf(value.left)), ...stringsOf(value.right)];
    case 'BinaryExpression':
      return value.operator === '+' ? [...stringsOf(value.left), ...stringsOf(value.right)] : [];
    case 'ParenthesizedExpression':
    case 'JSXExpressionContainer':
      return stringsOf(value.expression);
    default:
      return [];
  }
}

/** The texts that elements hold or are labelled with. */
function writtenIn(node: Node): string[] {
  const inside = partsOf(node).flatMap(writtenIn);
  if (node.type === 'JSXText') return [String(node.value)];
  if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
    const held = (node.children as Node[]).filter(({ type }) => type === 'JSXExpressionContainer');
    return [...held.flatMap(stringsOf), ...inside];
  }
  if (node.type === 'JSXAttribute') {
    const isRead = readAttributes.has(String((node.name as Node).name));
    return [...(isRead ? stringsOf(node.value) : []), ...inside];
  }
  return inside;
}

const isText = (text: string) =>
  /\p{L}{2}/u.test(text.replace(/&\w+;/g, '')) && !sameEverywhere.test(text.trim());

function textsOfPage(file: string): string[] {
  const { program } = parseSync(file, readFileSync(path.join(pages, file), 'utf8'));
  return writtenIn(program as unknown as Node)
    .filter(isText)
    .map((text) => `${file}: ${text.trim()}`);
}

it('no page has a text of its own', () => {
  expect(globSync('**/*.tsx', { cwd: pages }).flatMap(textsOfPage)).toEqual([]);
});

it('finds what is written into a page', () => {
  const page = `<p title="One">Two {is ? "three" : \`\${four} five\`} <b aria-label={a.value}>{six("no")}</b></p>`;
  const { program } = parseSync('page.tsx', `const page = ${page};`);
  const found = writtenIn(program as unknown as Node).map((text) => text.trim());
  expect(found.filter(isText).sort()).toEqual(['One', 'Two', 'five', 'three']);
});
