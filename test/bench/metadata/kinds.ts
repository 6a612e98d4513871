// What is asked of the worklist: the kinds of searches that people make, each with other words every time.

import { type WorklistQuery, type WorklistSort, worklistSorts } from '@strata/metadata/records';
import { MAX_TOTAL } from '@strata/metadata/worklist';
import { encodeCursor } from '@strata/metadata/worklist-cursor';
import { orderOf } from '@strata/metadata/worklist-orders';
import { seeded } from '@strata/stream/testing/seeded';
import { bodyParts, type MadeStudy, madeStudy, modalityCodes } from './made-studies.ts';
import { pick } from './numbers.ts';

/** Makes the queries of one kind, out of a study that they are to find or not. */
export interface Kind {
  readonly words: string;
  readonly query: (made: MadeStudy, random: () => number) => Partial<WorklistQuery>;
}

const PAGE = 100;
const kind = (words: string, query: Kind['query']): Kind => ({ words, query });

/** Those by which any number of studies is sorted. */
const sorts = worklistSorts.filter((sort) => sort !== 'series' && sort !== 'images');
const directions = ['ascending', 'descending'] as const;

/** The longest word of a text without what separates words. */
function wordOf(text: string): string {
  const words = text.split(/[^\p{L}\p{N}]+/u).sort((a, b) => b.length - a.length);
  return words[0] || 'muller';
}

function family({ patient }: MadeStudy): string {
  return wordOf(patient.name.split('^')[0] ?? '');
}

function inside(word: string, random: () => number, length: number): string {
  const letters = [...word];
  const at = Math.floor(random() * Math.max(1, letters.length - length + 1));
  return letters.slice(at, at + length).join('');
}

function monthOf({ study }: MadeStudy): Pick<WorklistQuery, 'dateFrom' | 'dateTo'> {
  return { dateFrom: `${study.date.slice(0, 6)}01`, dateTo: `${study.date.slice(0, 6)}31` };
}

function yearOf({ study }: MadeStudy): Pick<WorklistQuery, 'dateFrom' | 'dateTo'> {
  return { dateFrom: `${study.date.slice(0, 4)}0101`, dateTo: `${study.date.slice(0, 4)}1231` };
}

/** Any order but that of what is filtered by. */
function anySort(random: () => number, filtered?: WorklistSort): Pick<WorklistQuery, 'sort' | 'direction'> {
  const others = sorts.filter((sort) => sort !== filtered);
  return { sort: pick(others, random()), direction: pick(directions, random()) };
}

const anywhere = 'anywhere' as const;

/** The page behind the study, in an order that goes on for long. */
function deep(
  sort: WorklistSort,
  direction: (typeof directions)[number],
  key: readonly string[],
  id: number,
) {
  const after = encodeCursor(orderOf(sort, direction), { key, id, total: MAX_TOTAL, totalKind: 'moreThan' });
  return { sort, direction, after };
}

export const kinds: readonly Kind[] = [
  kind('newest', () => ({})),
  kind('all, by any column, both ways', (_, random) => anySort(random)),
  kind('deep page, by date', ({ study, n }, random) =>
    deep('date', pick(directions, random()), [study.date, study.time], n + 1),
  ),
  kind('deep page, by name', (made, random) =>
    deep('name', pick(directions, random()), [family(made).toLowerCase()], made.n + 1),
  ),
  kind('deep page of a year, by date', (made, random) => ({
    ...yearOf(made),
    ...deep('date', pick(directions, random()), [made.study.date, made.study.time], made.n + 1),
  })),
  kind('name, beginning, 1 letter', (made) => ({ patientName: inside(family(made), () => 0, 1) })),
  kind('name, beginning, 2 letters', (made) => ({ patientName: inside(family(made), () => 0, 2) })),
  kind('name, beginning, 3 letters', (made) => ({ patientName: inside(family(made), () => 0, 3) })),
  kind('name, beginning, 5 letters', (made) => ({ patientName: inside(family(made), () => 0, 5) })),
  kind('name, 5 letters, by name', (made, random) => ({
    patientName: inside(family(made), () => 0, 5),
    sort: 'name',
    direction: pick(directions, random()),
  })),
  kind('family and given name', ({ patient }) => ({ patientName: patient.name.split('=')[0] ?? '' })),
  kind('name, inside, 3 letters', (made, random) => ({
    patientName: inside(family(made), random, 3),
    patientNameMatch: anywhere,
  })),
  kind('name, inside, 4 letters', (made, random) => ({
    patientName: inside(family(made), random, 4),
    patientNameMatch: anywhere,
  })),
  kind('name, inside, 4 letters, any other order', (made, random) => ({
    patientName: inside(family(made), random, 4),
    patientNameMatch: anywhere,
    ...anySort(random, 'name'),
  })),
  kind('name, inside, common (berg, mann)', (_, random) => ({
    patientName: pick(['berg', 'mann', 'stein', 'feld', 'heim'], random()),
    patientNameMatch: anywhere,
    ...anySort(random, 'name'),
  })),
  kind('name, inside, other case and accents', (made, random) => ({
    patientName: inside(family(made).normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase(), random, 5),
    patientNameMatch: anywhere,
  })),
  kind('name, other scripts', (_, random) => ({
    patientName: pick(['山田', '藤', '王', '김', '희', 'Ивано', 'узнец', 'محمد', 'Παπα', 'はな'], random()),
    patientNameMatch: anywhere,
    ...(random() < 0.5 && { sort: 'name' }),
  })),
  kind('name, inside, found nowhere', (_, random) => ({
    patientName: `${inside('qxzjwvky', random, 3)}q`,
    patientNameMatch: anywhere,
  })),
  kind('name with wildcards (m?ller, *dorf)', (made, random) => ({
    patientName:
      random() < 0.5 ? `${inside(family(made), () => 0, 2)}?*${inside(family(made), () => 1, 3)}` : '*dorf',
  })),
  kind('patient id', ({ patient }) => ({ patientId: patient.id })),
  kind('patient id, beginning', ({ patient }) => ({ patientId: `${patient.id.slice(0, 6)}*` })),
  kind('patient id, end', ({ patient }) => ({ patientId: `*${patient.id.slice(-4)}` })),
  kind('accession number', ({ study }) => ({ accessionNumber: study.accessionNumber })),
  kind('accession number, beginning', ({ study }) => ({
    accessionNumber: `${study.accessionNumber.slice(0, 10)}*`,
  })),
  kind('a day', ({ study }) => ({ dateFrom: study.date, dateTo: study.date })),
  kind('a month', (made) => monthOf(made)),
  kind('a month, any order', (made, random) => ({ ...monthOf(made), ...anySort(random) })),
  kind('a year, any order', (made, random) => ({ ...yearOf(made), ...anySort(random) })),
  kind('modality', (_, random) => ({ modality: [pick(modalityCodes, random())] })),
  kind('modality, any other order', (_, random) => ({
    modality: [pick(modalityCodes, random())],
    ...anySort(random, 'modality'),
  })),
  kind('description, inside', (_, random) => ({ description: inside(pick(bodyParts, random()), random, 4) })),
  kind('description, inside, any other order', (_, random) => ({
    description: inside(pick(bodyParts, random()), random, 4),
    ...anySort(random, 'description'),
  })),
  kind('referring physician, inside', ({ study }, random) => ({
    referringPhysician: inside(wordOf(study.referringPhysician), random, 5),
  })),
  kind('referring physician, any other order', ({ study }, random) => ({
    referringPhysician: inside(wordOf(study.referringPhysician), random, 4),
    ...anySort(random, 'referringPhysician'),
  })),
  kind('name, inside, common, by name', (_, random) => ({
    patientName: pick(['berg', 'mann', 'stein', 'feld', 'heim'], random()),
    patientNameMatch: anywhere,
    sort: 'name',
    direction: pick(directions, random()),
  })),
  kind('modality, by modality', (_, random) => ({
    modality: [pick(modalityCodes, random())],
    sort: 'modality',
    direction: pick(directions, random()),
  })),
  kind('description, inside, by description', (_, random) => ({
    description: inside(pick(bodyParts, random()), random, 4),
    sort: 'description',
    direction: pick(directions, random()),
  })),
  kind('physician, inside, by physician', ({ study }, random) => ({
    referringPhysician: inside(wordOf(study.referringPhysician), random, 4),
    sort: 'referringPhysician',
    direction: pick(directions, random()),
  })),
  kind('name and month', (made, random) => ({
    patientName: inside(family(made), random, 3),
    patientNameMatch: anywhere,
    ...monthOf(made),
  })),
  kind('modality and month, any other order', (made, random) => ({
    modality: [made.modality.code],
    ...monthOf(made),
    ...anySort(random, 'modality'),
  })),
  kind('modality, description and year', (made, random) => ({
    modality: [made.modality.code],
    description: inside(pick(bodyParts, random()), random, 4),
    ...yearOf(made),
    ...anySort(random, 'description'),
  })),
  kind('name, modality and physician', (made, random) => ({
    patientName: inside(family(made), random, 3),
    patientNameMatch: anywhere,
    modality: [made.modality.code],
    referringPhysician: inside(wordOf(made.study.referringPhysician), random, 3),
  })),
  kind('description and modality that disagree', (_, random) => ({
    description: 'mamma screening',
    modality: [pick(['CT', 'DX'], random())],
  })),
  kind('month, by images', (made) => ({
    dateFrom: made.study.date,
    dateTo: made.study.date,
    sort: 'images',
  })),
];

/** So many queries of a kind, the same in every run. */
export function queriesOf(kind: Kind, count: number, studies: number): WorklistQuery[] {
  const random = seeded(kind.words.length * 31 + kind.words.charCodeAt(0));
  return Array.from({ length: count }, () => {
    const made = madeStudy(Math.floor(studies * random()), studies);
    return { limit: PAGE, ...kind.query(made, random) };
  });
}
