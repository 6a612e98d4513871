// What `strata quarantine` prints for people.
import { sourceText } from '../gateway/ingest-source.ts';
import type { QuarantineEntry, QuarantineList } from '../gateway/quarantine.ts';
import { table } from './table.ts';
import { count, moment, printable, size } from './words.ts';

/** The list as a table, oldest first. */
export function listReport({ entries, bytes, limits, foreign }: QuarantineList): string {
  const strangers =
    foreign.length > 0
      ? `\n${count(foreign.length, 'file')} in the folder not put there by Strata: ${printable(foreign.slice(0, 5).join(', '))}${foreign.length > 5 ? ', ...' : ''}.`
      : '';
  if (entries.length === 0) return `Nothing is in quarantine.${strangers}`;
  const columns = [
    { title: 'id' },
    { title: 'since' },
    { title: 'from', max: 40 },
    { title: 'size', align: 'right' as const },
    { title: 'times', align: 'right' as const },
    { title: 'reason', max: 100 },
  ];
  const rows = entries.map(({ id, note, size: length, problem }) => [
    id.slice(0, 12),
    moment(note?.receivedAt),
    note?.source ? sourceText(note.source) : 'not known',
    size(length),
    String(note?.refusals ?? 1),
    [problem, note?.reason].filter(Boolean).join(' '),
  ]);
  const room = `${size(bytes)} of ${size(limits.bytes)}`;
  return `${table(columns, rows)}\n\n${count(entries.length, 'file')}, ${room}.${strangers}`;
}

/** All that is known of one file. @param file its path */
export function oneReport({ id, note, size: length, problem }: QuarantineEntry, file: string): string {
  const lines: [string, string | null | undefined][] = [
    ['id', id],
    ['file', file],
    ['size', size(length)],
    ['problem', problem],
    ['reason', note && `${note.reason} (${note.code})`],
    ['from', note?.source ? sourceText(note.source) : 'not known'],
    ['received', moment(note?.receivedAt)],
    [
      'last tried',
      note?.lastTriedAt && `${moment(note.lastTriedAt)}, refused ${count(note.refusals, 'time')}`,
    ],
    ['instance', note?.sopInstanceUid],
    ['stored', note?.storedDigest && `a file of SHA-256 ${note.storedDigest}`],
    ['changed', note?.deidentified ? 'de-identified before it was kept' : null],
  ];
  return lines
    .filter(([, value]) => value)
    .map(([name, value]) => `${`${name}:`.padEnd(12)}${printable(value ?? '')}`)
    .join('\n');
}
