// How long the metadata take to answer: worklist, query model, opening of studies.

import type { Metadata } from '@strata/metadata/metadata';
import type { DicomJson, DicomQuery } from '@strata/metadata/query/types';
import { seeded } from '@strata/stream/testing/seeded';
import { clearProgress, progress } from '../progress.ts';
import { quantile } from '../statistics.ts';
import { kinds, queriesOf } from './kinds.ts';
import { type MadeStudy, madeStudy } from './made-studies.ts';

/** Times of one kind of question, ms. */
export interface Measured {
  readonly words: string;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** The most that was found, `+` behind it where there was more. */
  readonly found: string;
}

/** Answers that nobody measures, before those that are. */
const WARM = 5;

export interface Asked {
  readonly metadata: Metadata;
  readonly studies: number;
  /** Questions of each kind. */
  readonly turns: number;
  /** Told when all questions of a kind are answered. */
  readonly kindDone: (words: string) => void;
}

/** Asks the worklist all kinds of questions, other ones every time. */
export async function measureWorklist({ metadata, studies, turns, kindDone }: Asked): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const kind of kinds) {
    let [most, more] = [0, ''];
    all.push(
      await timed(kind.words, queriesOf(kind, turns + WARM, studies), async (query) => {
        const page = await metadata.worklist(query);
        if (page.totalKind === 'moreThan') more = '+';
        most = Math.max(most, page.total);
        return `${most}${more}`;
      }),
    );
    kindDone(kind.words);
  }
  return all;
}

const key = (vr: string, ...Value: unknown[]) => ({ vr, Value });
type Asking = (made: MadeStudy) => Partial<DicomQuery> & { readonly keys: DicomJson };
const questions: Record<string, Asking> = {
  'C-FIND patient id': ({ patient }) => ({ keys: { '00100020': key('LO', patient.id) } }),
  'C-FIND name, whole': ({ patient }) => ({ keys: { '00100010': key('PN', patient.name.split('=')[0]) } }),
  'C-FIND name, beginning': ({ patient }) => ({
    keys: { '00100010': key('PN', `${patient.name.slice(0, 5)}*`) },
  }),
  'C-FIND accession number': ({ study }) => ({ keys: { '00080050': key('SH', study.accessionNumber) } }),
  'C-FIND a day': ({ study }) => ({ keys: { '00080020': key('DA', study.date) } }),
  'C-FIND a month and modality': ({ study, modality }) => ({
    keys: {
      '00080020': key('DA', `${study.date.slice(0, 6)}01-${study.date.slice(0, 6)}31`),
      '00080061': key('CS', modality.code),
    },
  }),
  'QIDO newest, with total': () => ({ keys: {}, count: true }),
  'C-FIND study': ({ study }) => ({ keys: { '0020000D': key('UI', study.uid) }, include: 'all' }),
  'C-FIND series of a study': ({ study }) => ({
    level: 'series',
    keys: { '0020000D': key('UI', study.uid) },
    include: 'all',
  }),
  'C-FIND instances of a series': ({ study }) => ({
    level: 'instance',
    keys: { '0020000E': key('UI', `${study.uid}.1`) },
    include: 'all',
  }),
};

/** Asks what DICOM peers ask, and opens studies. */
export async function measureOthers({ metadata, studies, turns, kindDone }: Asked): Promise<Measured[]> {
  const random = seeded(17);
  const made = Array.from({ length: turns + WARM }, () => madeStudy(Math.floor(studies * random()), studies));
  const all: Measured[] = [];
  for (const [words, asking] of Object.entries(questions)) {
    all.push(
      await timed(words, made, async (one) => {
        const page = await metadata.query({ level: 'study', include: [], limit: 100, ...asking(one) });
        return String(page.total ?? page.matches.length);
      }),
    );
    kindDone(words);
  }
  all.push(
    await timed('open a study (rows of a manifest)', made, async ({ study }) => {
      const rows = await metadata.study(study.uid);
      return String(rows?.series.reduce((sum, { instances }) => sum + instances.length, 0));
    }),
  );
  kindDone('open a study (rows of a manifest)');
  return all;
}

async function timed<Question>(
  words: string,
  questions: readonly Question[],
  ask: (question: Question) => Promise<string>,
): Promise<Measured> {
  progress(words);
  const times: number[] = [];
  let found = '';
  for (const [turn, question] of questions.entries()) {
    const began = performance.now();
    found = await ask(question);
    if (turn >= WARM) times.push(performance.now() - began);
  }
  clearProgress();
  times.sort((a, b) => a - b);
  return { words, p50: quantile(times, 0.5), p95: quantile(times, 0.95), max: quantile(times, 1), found };
}
