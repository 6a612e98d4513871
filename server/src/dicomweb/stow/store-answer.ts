// What the sender is told about each of its instances (PS3.18 section 10.5.3, annex I).
import type { DicomJson } from '@strata/dicom/json/types';

/** What became of one part of the request. */
export interface PartOutcome {
  /** Null when the part does not say what it is. */
  readonly sopClassUid: string | null;
  readonly sopInstanceUid: string | null;
  readonly studyInstanceUid: string | null;
  /** Why it was not stored; null when it was. */
  readonly failure: { readonly code: string; readonly reason: string } | null;
}

/** Failure reasons of PS3.18 table I.2-2 and of PS3.4 table B.2-1. */
const reasons: Readonly<Record<string, number | undefined>> = {
  'no-space': 0xa700,
  'quarantine-full': 0xa700,
  'metadata-unavailable': 0xa700,
  'too-few-servers': 0xa700,
  stopping: 0xa700,
  'read-only': 0xa700,
  io: 0xa700,
  'out-of-memory': 0xa700,
  'worker-out-of-memory': 0xa700,
  internal: 0x0110,
  'worker-crashed': 0x0110,
  'worker-hung': 0x0110,
  conflict: 0x0111,
  'wrong-study': 0xa900,
  'unsupported-transfer-syntax': 0xc122,
};
const CANNOT_UNDERSTAND = 0xc000;
const OUT_OF_RESOURCES = 0xa700;

function failureReason(code: string): number {
  return reasons[code] ?? CANNOT_UNDERSTAND;
}

/** 200 all stored, 202 some, 409 none, 415 when nothing was DICOM, 503 when it was only for want of resources. */
export function statusOfStore(outcomes: readonly PartOutcome[]): number {
  const failures = outcomes.map(({ failure }) => failure).filter((failure) => failure !== null);
  if (failures.length === 0) return 200;
  if (failures.length < outcomes.length) return 202;
  if (failures.every(({ code }) => code === 'unsupported-media-type')) return 415;
  return failures.every(({ code }) => failureReason(code) === OUT_OF_RESOURCES) ? 503 : 409;
}

/** @param base of the service, without a slash at its end */
export function storeAnswer(base: string, outcomes: readonly PartOutcome[]): DicomJson {
  const stored = outcomes.filter(({ failure }) => failure === null);
  const failed = outcomes.filter(({ failure, sopInstanceUid }) => failure && sopInstanceUid);
  const others = outcomes.filter(({ failure, sopInstanceUid }) => failure && !sopInstanceUid);
  const studies = [...new Set(stored.map(({ studyInstanceUid }) => studyInstanceUid))];
  const answer: DicomJson = {};
  if (studies.length === 1) answer['00081190'] = retrieveUrl(`${base}/studies/${studies[0]}`);
  if (failed.length > 0) {
    answer['00081198'] = {
      vr: 'SQ',
      Value: failed.map((each) => ({ ...reference(each), ...reasonOf(each) })),
    };
  }
  if (stored.length > 0) {
    answer['00081199'] = {
      vr: 'SQ',
      Value: stored.map((each) => ({ ...reference(each), ...placeOf(base, each) })),
    };
  }
  if (others.length > 0) answer['0008119A'] = { vr: 'SQ', Value: others.map(reasonOf) };
  return answer;
}

function reference({ sopClassUid, sopInstanceUid }: PartOutcome): DicomJson {
  return { '00081150': uid(sopClassUid), '00081155': uid(sopInstanceUid) };
}

function placeOf(base: string, { studyInstanceUid, sopInstanceUid }: PartOutcome): DicomJson {
  const place = `${base}/studies/${studyInstanceUid}/instances?SOPInstanceUID=${sopInstanceUid}`;
  return { '00081190': retrieveUrl(place) };
}

/** The reason as the standard counts them, and in words that a person understands. */
function reasonOf({ failure }: PartOutcome): DicomJson {
  return {
    '00081197': { vr: 'US', Value: [failureReason(failure?.code ?? '')] },
    '00000902': { vr: 'LO', Value: [failure?.reason ?? ''] },
  };
}

const retrieveUrl = (url: string) => ({ vr: 'UR', Value: [url] });
const uid = (value: string | null) => (value === null ? { vr: 'UI' } : { vr: 'UI', Value: [value] });
