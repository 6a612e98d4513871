// Searches for studies, series and instances (PS3.18 section 10.6).
import type { DicomJson } from '@strata/dicom/json/types';
import type { DicomQuery, DicomQueryPage } from '@strata/metadata/query/types';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { HttpError } from '../../http/http-error.ts';
import { choose, wantedBy } from '../negotiation/accept.ts';
import type { Serving } from '../parts.ts';
import { baseOf } from '../resource.ts';
import { DICOM_JSON, jsonType } from '../wado/metadata-routes.ts';
import { emptyOnes, resultAttributes, type SearchLevel } from './result-attributes.ts';
import { readSearchParameters, type SearchParameters, type SearchQuery } from './search-parameters.ts';

const STUDY = '0020000D';
const SERIES = '0020000E';
const INSTANCE = '00080018';

interface Search {
  Params: { study?: string; series?: string };
  Querystring: SearchQuery;
}

const searches: readonly { readonly path: string; readonly level: SearchLevel }[] = [
  { path: '/studies', level: 'study' },
  { path: '/series', level: 'series' },
  { path: '/instances', level: 'instance' },
  { path: '/studies/:study/series', level: 'series' },
  { path: '/studies/:study/instances', level: 'instance' },
  { path: '/studies/:study/series/:series/instances', level: 'instance' },
];

export function searchRoutes(app: FastifyInstance, serving: Serving): void {
  for (const { path, level } of searches) {
    app.get<Search>(path, async (request, reply) => {
      const accept = typeof request.query.accept === 'string' ? request.query.accept : undefined;
      const type = choose(wantedBy(request.headers.accept, accept), jsonType, [DICOM_JSON]);
      const parameters = readSearchParameters(request.query);
      const query = queryFor(level, request.params, parameters);
      const base = baseOf(request);
      const page = await answered(serving, query);
      warn(reply, base, [
        ...(page.ageMs === undefined ? [] : [ageOf(page.ageMs)]),
        ...unmatched(page, parameters),
        ...(page.next === null ? [] : [await remaining(serving, query, page)]),
      ]);
      const wanted = resultAttributes(level, namedBy(request.params));
      const matches = page.matches.map((match) => withUrl({ ...emptyOnes(wanted), ...match }, level, base));
      return reply
        .header('content-type', type)
        .header('cache-control', 'no-store')
        .send(JSON.stringify(matches));
    });
  }
}

function queryFor(level: SearchLevel, params: Search['Params'], parameters: SearchParameters): DicomQuery {
  const { keys, include, fuzzy, limit, offset } = parameters;
  const { study, series } = params;
  if (study !== undefined) keys[STUDY] = { vr: 'UI', Value: [study] };
  if (series !== undefined) keys[SERIES] = { vr: 'UI', Value: [series] };
  const always = resultAttributes(level, namedBy(params));
  // Nobody asks for none of the matches but to see whether there are any.
  const query = { level, keys, fuzzy, limit: Math.max(1, limit), offset };
  return { ...query, include: include === 'all' ? 'all' : [...new Set([...always, ...include])] };
}

function namedBy({ study, series }: Search['Params']): { study: boolean; series: boolean } {
  return { study: study !== undefined, series: series !== undefined };
}

/** @throws HttpError 400 for a query that makes no sense */
async function answered({ metadata }: Serving, query: DicomQuery): Promise<DicomQueryPage> {
  try {
    return await metadata.query(query);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'invalid') {
      throw new HttpError(400, 'bad-query', error.message);
    }
    throw error;
  }
}

/** How many more there are, in the standard's words (PS3.18 section 8.3.4.4.1). */
async function remaining({ metadata }: Serving, query: DicomQuery, page: DicomQueryPage): Promise<string> {
  const { total } = await metadata.query({ ...query, limit: 1, offset: 0, count: true });
  const left =
    total === undefined ? '' : `${Math.max(1, total - (query.offset ?? 0) - page.matches.length)} `;
  return `There are ${left}additional results that can be requested`;
}

function ageOf(ms: number): string {
  return `As of ${Math.max(1, Math.round(ms / 1000))} s ago: the metadata service is changing over`;
}

function unmatched({ unsupportedKeys }: DicomQueryPage, { unknown }: SearchParameters): string[] {
  const names = [...unknown, ...unsupportedKeys].map((name) => name.replace(/[^\w.-]/g, '?'));
  return names.length > 0 ? [`Not supported and not matched: ${names.join(', ')}`] : [];
}

function warn(reply: FastifyReply, base: string, texts: readonly string[]): void {
  if (texts.length > 0) void reply.header('warning', texts.map((text) => `299 ${base} "${text}"`).join(', '));
}

function withUrl(match: DicomJson, level: SearchLevel, base: string): DicomJson {
  const uids = { study: [STUDY], series: [STUDY, SERIES], instance: [STUDY, SERIES, INSTANCE] }[level];
  const [study, series, instance] = uids.map((tag) => match[tag]?.Value?.[0]);
  const place = [
    `${base}/studies/${study}`,
    ...(series === undefined ? [] : [`series/${series}`]),
    ...(instance === undefined ? [] : [`instances/${instance}`]),
  ].join('/');
  return { ...match, '00081190': { vr: 'UR', Value: [place] } };
}
