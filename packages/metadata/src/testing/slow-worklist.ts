// The worklist once more, by plainly going through all studies: what tests compare the real one with.
import { fold } from '../names.ts';
import type { WorklistQuery, WorklistSort, WorklistStudy } from '../records.ts';

/** All studies that a query finds, in its order; of equal ones the first stored is first, or last when descending. */
export function slowWorklist(studies: readonly WorklistStudy[], query: WorklistQuery): WorklistStudy[] {
  const { sort = 'date' } = query;
  const descending = (query.direction ?? natural(sort)) === 'descending';
  const found = studies
    .map((study, place) => ({ study, place }))
    .filter(({ study }) => matches(study, query));
  found.sort((a, b) => compare(keyOf(a.study, sort), keyOf(b.study, sort)) || a.place - b.place);
  return (descending ? found.toReversed() : found).map(({ study }) => study);
}

function natural(sort: WorklistSort): 'ascending' | 'descending' {
  return ['date', 'series', 'images', 'report'].includes(sort) ? 'descending' : 'ascending';
}

function matches(study: WorklistStudy, query: WorklistQuery): boolean {
  const { modality = [], dateFrom, dateTo, studyUid } = query;
  return (
    hasWords(study.patientName, query.patientName, query.patientNameMatch ?? 'beginnings') &&
    hasWords(study.description, query.description, 'anywhere') &&
    hasWords(study.referringPhysician, query.referringPhysician, 'anywhere') &&
    isIdentifier(study.patientId, query.patientId) &&
    isIdentifier(study.accessionNumber, query.accessionNumber) &&
    (modality.length === 0 || modality.some((one) => study.modalities.includes(one))) &&
    (!dateFrom || study.studyDate >= dateFrom) &&
    (!dateTo || (study.studyDate <= dateTo && study.studyDate !== '')) &&
    (!studyUid || study.studyUid === studyUid) &&
    (!query.report?.length || query.report.includes(study.report))
  );
}

function hasWords(text: string, search: string | undefined, place: 'beginnings' | 'anywhere'): boolean {
  const words = wordsOf(text);
  const asked = fold(search ?? '').split(/[^\p{L}\p{N}*?]+/u);
  return asked
    .filter((word) => /[^*]/.test(word))
    .every((word) => {
      const plain = !/[*?]/.test(word);
      const short = /^[\x20-\x7e]{1,2}$/.test(word);
      const inside = plain && place === 'anywhere' && !short;
      const pattern = [...word].map((one) => ({ '*': '.*', '?': '.' })[one] ?? one).join('');
      const whole = new RegExp(`^${inside ? '.*' : ''}${pattern}`, 'su');
      return words.some((one) => whole.test(one));
    });
}

function isIdentifier(text: string, search: string | undefined): boolean {
  if (!search) return true;
  const plain = search
    .trim()
    .toLowerCase()
    .replaceAll(/[\\^$.+()[\]{}|/-]/g, '\\$&');
  const pattern = plain.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 'su').test(text.trim().toLowerCase());
}

function wordsOf(text: string): string[] {
  return fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function keyOf(study: WorklistStudy, sort: WorklistSort): (string | number)[] {
  const name = fold(study.patientName)
    .replaceAll(/[\^=\s]+/g, ' ')
    .trim();
  // Letters of other scripts are between digits and Latin letters, in the order of Unicode.
  const text = (of: string) =>
    wordsOf(of).flatMap((word) => [
      ' ',
      ...[...word].map((letter) => (letter < '\x80' ? letter : `A${letter}`)),
    ]);
  const keys: Record<WorklistSort, (string | number)[]> = {
    date: [study.studyDate, study.studyTime],
    name: [name],
    patientId: [study.patientId.trim().toLowerCase()],
    birthDate: [study.birthDate],
    modality: [study.modalities.slice(0, 3).join(' ')],
    description: text(study.description),
    accession: [study.accessionNumber.trim().toLowerCase()],
    referringPhysician: text(study.referringPhysician),
    series: [study.seriesCount],
    images: [study.frameCount],
    report: [['final', 'preliminary', 'unread'].indexOf(study.report), study.studyDate, study.studyTime],
  };
  return keys[sort];
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (typeof one === 'number') {
      if (one !== other) return one - Number(other);
      continue;
    }
    const order = Buffer.compare(Buffer.from(one), Buffer.from(String(other)));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
