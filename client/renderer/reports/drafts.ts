// What is being written and not saved yet, kept on this workstation with every letter: it outlives reload and crash.
import type { KeyImage } from '@strata/protocol/saved-key-images';
import type { ReportChange, ReportContent, ReportSection } from '@strata/protocol/saved-report';
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';
import { readSection } from './template.ts';

/** A version that was made of a draft and may have been saved or not. */
interface SentVersion {
  /** Of the request. */
  readonly id: string;
  readonly stage: ReportContent['stage'];
  readonly author: string;
  /** Whether the draft still says the same. */
  readonly isAsWritten: boolean;
}

export interface Draft {
  readonly change: ReportChange;
  readonly language: 'en' | 'de';
  /** SOP Instance UIDs of the versions that its writer knew. */
  readonly base: readonly string[];
  readonly sections: readonly ReportSection[];
  readonly images: readonly KeyImage[];
  /** Since it was first sent. */
  readonly sent?: SentVersion;
}

const nameOf = (studyUid: string) => `report-draft.${studyUid}`;
const MOST = 200;

/** The draft of a study; null when there is none that can be read. */
export function keptDraft(studyUid: string): Draft | null {
  const kept = keptSetting(nameOf(studyUid));
  if (typeof kept !== 'object' || kept === null) return null;
  const { change, language, base, sections, images, sent } = kept as Record<keyof Draft, unknown>;
  if (!Array.isArray(sections)) return null;
  return {
    change: change === 'addendum' || change === 'amended' ? change : 'none',
    language: language === 'de' ? 'de' : 'en',
    base: textsIn(base),
    sections: sections.slice(0, MOST).flatMap((one: unknown) => readSection(one) ?? []),
    images: (Array.isArray(images) ? images : [])
      .slice(0, MOST)
      .flatMap((one: unknown) => readImage(one) ?? []),
    ...readSent(sent),
  };
}

/** Keeps it at once. @returns whether it was kept: storage may be full */
export function keepDraft(studyUid: string, draft: Draft | null): 'kept' | 'not kept' {
  return keepSetting(nameOf(studyUid), draft);
}

/** Calls back when another window of this workstation writes the same draft. @returns the function that ends it */
export function followDraft(studyUid: string, changed: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key?.endsWith(nameOf(studyUid))) changed();
  };
  addEventListener('storage', onStorage);
  return () => removeEventListener('storage', onStorage);
}

function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [])
    .filter((one): one is string => typeof one === 'string')
    .slice(0, MOST);
}

function readSent(value: unknown): Pick<Draft, 'sent'> {
  const { id, stage, author, isAsWritten } = (value ?? {}) as Record<keyof SentVersion, unknown>;
  if (typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id) || typeof author !== 'string') return {};
  const isFinal = stage === 'final';
  return {
    sent: { id, author, stage: isFinal ? 'final' : 'preliminary', isAsWritten: isAsWritten === true },
  };
}

function readImage(value: unknown): KeyImage | null {
  const { sopInstanceUid, frames } = (value ?? {}) as Record<keyof KeyImage, unknown>;
  if (typeof sopInstanceUid !== 'string' || !Array.isArray(frames)) return null;
  return { sopInstanceUid, frames: frames.filter((frame): frame is number => Number.isInteger(frame)) };
}
