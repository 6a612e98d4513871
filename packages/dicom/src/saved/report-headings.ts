// What the sections of a report are about, as concepts: headings of PS3.16 CID 7001, with the elements of CID 7002 inside.
import { type Code, code, sameCode } from './codes.ts';

/** The roles of sections that have a concept of the standard. */
export type ReportRole =
  | 'indication'
  | 'history'
  | 'technique'
  | 'comparison'
  | 'findings'
  | 'impression'
  | 'recommendation'
  | 'addendum';

interface Concepts {
  readonly heading: Code;
  /** The heading's code before LOINC's took its place (PS3.16 CID 7001). */
  readonly before?: string;
  readonly element: Code;
}

const loinc = (value: string, meaning: string) => code(value, 'LN', meaning);
const dcm = (value: string, meaning: string) => code(value, 'DCM', meaning);
const history = loinc('11329-0', 'History');

export const reportConcepts: Readonly<Record<ReportRole, Concepts>> = {
  indication: {
    heading: loinc('18785-6', 'Indications for Procedure'),
    before: '121109',
    element: loinc('55108-5', 'Patient Presentation'),
  },
  history: { heading: history, before: '121060', element: history },
  technique: {
    heading: loinc('55111-9', 'Current Procedure Descriptions'),
    before: '121064',
    element: dcm('121065', 'Procedure Description'),
  },
  comparison: {
    heading: loinc('18834-2', 'Previous Findings'),
    before: '121068',
    element: dcm('121069', 'Previous Finding'),
  },
  findings: { heading: loinc('59776-5', 'Findings'), before: '121070', element: dcm('121071', 'Finding') },
  impression: {
    heading: loinc('19005-8', 'Impressions'),
    before: '121072',
    element: dcm('121073', 'Impression'),
  },
  recommendation: {
    heading: loinc('18783-1', 'Recommendations'),
    before: '121074',
    element: dcm('121075', 'Recommendation'),
  },
  addendum: { heading: loinc('55107-7', 'Addendum'), before: '121078', element: dcm('121077', 'Conclusion') },
};

export const keyImagesHeading = loinc('55113-5', 'Key Images');

/** Which role a heading or element has; null when it is none of them. */
export function roleOf(concept: Code | null): ReportRole | null {
  if (!concept) return null;
  for (const [role, { heading, before, element }] of Object.entries(reportConcepts)) {
    const isOlder = concept.scheme === 'DCM' && concept.value === before;
    if (isOlder || sameCode(concept, heading) || sameCode(concept, element)) return role as ReportRole;
  }
  return null;
}
