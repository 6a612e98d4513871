// What the service does, once: the source of both forms of its capabilities.
import { DICOM_JSON } from '../wado/metadata-routes.ts';

export interface Transaction {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** Below the base, with the names of UIDs in braces. */
  readonly path: string;
  /** Media types of the request's body. */
  readonly takes?: readonly string[];
  /** Media types of the answer, the default one first. */
  readonly gives: readonly string[];
  /** Parameters of the query beside `accept`. */
  readonly parameters?: readonly string[];
}

const STUDY = '/studies/{StudyInstanceUID}';
const SERIES = `${STUDY}/series/{SeriesInstanceUID}`;
const INSTANCE = `${SERIES}/instances/{SOPInstanceUID}`;
const FRAMES = `${INSTANCE}/frames/{FrameList}`;

const several = (type: string, syntax = '') =>
  `multipart/related; type="${type}"${syntax && `; transfer-syntax=${syntax}`}`;
const json = [DICOM_JSON];
const files = [
  several('application/dicom', '1.2.840.10008.1.2.1'),
  ...['*', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.201'].map((each) =>
    several('application/dicom', each),
  ),
];
const frames = [
  several('application/octet-stream', '1.2.840.10008.1.2.1'),
  several('image/jphc', '1.2.840.10008.1.2.4.201'),
  several('image/jp2', '1.2.840.10008.1.2.4.90'),
  ...['image/jpeg', 'image/jls', 'image/jpx', 'image/dicom-rle'].map((type) => several(type, '*')),
];
const images = ['image/jpeg', 'image/png'];
const imageParameters = ['viewport', 'window', 'quality'];
const searchParameters = [
  ...['{attributeID}', 'includefield', 'fuzzymatching', 'emptyvaluematching', 'multiplevaluematching'],
  ...['limit', 'offset'],
];

function search(id: string, path: string): Transaction {
  return { id, method: 'GET', path, gives: json, parameters: searchParameters };
}

function store(id: string, path: string): Transaction {
  const takes = [several('application/dicom'), 'application/dicom'];
  return { id, method: 'POST', path, takes, gives: json };
}

function retrieve(of: string, path: string, single: readonly string[]): Transaction[] {
  return [
    { id: `Retrieve${of}`, method: 'GET', path, gives: [...files, ...single] },
    { id: `Retrieve${of}Metadata`, method: 'GET', path: `${path}/metadata`, gives: json },
    ...rendered(of, path, single.length > 0 ? images : []),
  ];
}

function rendered(of: string, path: string, single: readonly string[]): Transaction[] {
  const parameters = imageParameters;
  const many = images.map((type) => several(type));
  return [
    {
      id: `RetrieveRendered${of}`,
      method: 'GET',
      path: `${path}/rendered`,
      gives: [...single, ...many],
      parameters,
    },
    { id: `Retrieve${of}Thumbnail`, method: 'GET', path: `${path}/thumbnail`, gives: images, parameters },
  ];
}

export const transactions: readonly Transaction[] = [
  search('SearchForStudies', '/studies'),
  search('SearchForSeries', '/series'),
  search('SearchForInstances', '/instances'),
  search('SearchForStudySeries', `${STUDY}/series`),
  search('SearchForStudyInstances', `${STUDY}/instances`),
  search('SearchForStudySeriesInstances', `${SERIES}/instances`),
  store('StoreInstances', '/studies'),
  store('StoreStudyInstances', STUDY),
  ...retrieve('Study', STUDY, []),
  ...retrieve('Series', SERIES, []),
  ...retrieve('Instance', INSTANCE, ['application/dicom']),
  { id: 'RetrieveFrames', method: 'GET', path: FRAMES, gives: frames },
  ...rendered('Frames', FRAMES, images),
  {
    id: 'RetrieveBulkdata',
    method: 'GET',
    path: `${INSTANCE}/bulkdata/{TagPath}`,
    gives: [several('application/octet-stream'), 'application/octet-stream'],
  },
];
