// Parts of reports as lines: what is self-evident is left out, what stands alone under a heading needs no name of its own.
import type { DocumentPart } from '@strata/protocol/documents';
import { expect, it } from 'vitest';
import { linesOf } from './document-lines.ts';

const part = (depth: number, type: DocumentPart['type'], name: string, more: Partial<DocumentPart> = {}) => ({
  ...{
    depth,
    type,
    name,
    relation: 'contains' as const,
    code: '',
    text: name,
    unit: '',
    flows: false,
    objects: [],
  },
  ...more,
});

it('a report is headings, texts, values and what runs on in one line', () => {
  const observer = { relation: 'observation' as const, code: '121008 (DCM)' };
  const lines = linesOf(
    [
      part(0, 'code', 'Language', { relation: 'modifier', code: '121049 (DCM)' }),
      part(0, 'person', 'Observer', { ...observer, text: 'A^B' }),
      part(0, 'person', 'Observer', { ...observer, text: 'C^D' }),
      part(0, 'container', 'Findings'),
      part(1, 'text', 'Finding'),
      part(0, 'container', 'Impression'),
      part(1, 'text', 'First'),
      part(1, 'number', 'Length'),
      part(0, 'container', ''),
      part(1, 'text', 'A mass of', { flows: true }),
      part(1, 'number', '3 cm', { flows: true }),
      part(9, 'code', 'Deep', { relation: 'modifier' }),
    ],
    ['A^B'],
  );
  const said = lines.map((line) =>
    line.kind === 'flow' ? line.parts.map(({ text }) => text).join(' ') : `${line.kind} ${line.part.name}`,
  );
  expect(said).toEqual([
    'value Observer',
    'heading Findings',
    'text ',
    'heading Impression',
    'text First',
    'value Length',
    'A mass of 3 cm',
    'value Deep',
  ]);
  expect(lines.at(-1)).toMatchObject({ depth: 6, aside: true });
});
