// The reports of the page's study: what is stored, what is being written, and whether somebody was quicker.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { checkReport, type ReportContent } from '@strata/protocol/saved-report';
import type { Questions } from '../measuring/questions.ts';
import { loadSaved, postSaved, SavedError } from '../saved/saved-client.ts';
import { newRequestId } from '../saved/version-sender.ts';
import { askAuthor } from '../settings/author.ts';
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';
import type { StudySeries } from '../study/study-model.ts';
import { language } from '../words/language.ts';
import { type Draft, followDraft, keepDraft, keptDraft } from './drafts.ts';
import { draftFrom, followingOn, headsOf, isBehind, type StoredReport, settled } from './report-draft.ts';
import { type ReportTemplate, type StudyKind, withTemplate } from './template.ts';
import { TemplatesModel } from './templates-model.ts';
import { emptySection } from './usual-templates.ts';

const OPEN = 'report-panel';

export interface ReportsParts {
  readonly studyUid: string;
  readonly questions: Questions;
  readonly series: ReadonlySignal<readonly StudySeries[]>;
}

/** Why something did not work, for people; `newer-version` where somebody was quicker. */
export interface ReportProblem {
  readonly code: string;
  readonly message: string;
}

export class ReportsModel {
  readonly open = signal(keptSetting(OPEN) === true);
  readonly state = signal<'unasked' | 'loading' | 'ready' | 'failed'>('unasked');
  /** All reports that can be read, the newest first. */
  readonly versions = signal<readonly StoredReport[]>([]);
  /** What of the study's reports could not be read, in words. */
  readonly unread = signal<readonly string[]>([]);
  readonly draft = signal<Draft | null>(null);
  /** Whether the draft is safe on this workstation. */
  readonly isKept = signal(true);
  /** The version that is read; null for the newest. */
  readonly chosen = signal<string | null>(null);
  readonly saving = signal(false);
  readonly problem = signal<ReportProblem | null>(null);
  readonly heads = computed(() => headsOf(this.versions.value));
  /** Somebody has saved a version that is not in the draft. */
  readonly isBehind = computed(
    () => this.draft.value !== null && isBehind(this.draft.value, this.versions.value),
  );
  /** What is read while nothing is written: the chosen version, or the newest. */
  readonly read = computed(() => {
    const versions = this.versions.value;
    const chosen = versions.find(({ sopInstanceUid }) => sopInstanceUid === this.chosen.value);
    return chosen ?? this.heads.value[0] ?? versions[0] ?? null;
  });
  readonly templates = new TemplatesModel();
  readonly #parts: ReportsParts;
  #loading: AbortController | null = null;
  /** The documents of the study when it was last asked. */
  #asked = '';

  constructor(parts: ReportsParts) {
    this.#parts = parts;
    this.draft.value = keptDraft(parts.studyUid);
    if (this.draft.value) this.open.value = true;
  }

  /** Follows what other windows write. @returns the function that ends it */
  start(): () => void {
    const end = followDraft(this.#parts.studyUid, () => {
      this.draft.value = keptDraft(this.#parts.studyUid);
    });
    return () => {
      end();
      this.#loading?.abort();
    };
  }

  toggle(): void {
    this.open.value = !this.open.value;
    keepSetting(OPEN, this.open.value);
  }

  /** Asks again when the study has other documents than it had. Reads the signals by which it knows. */
  follow(): void {
    if (!this.open.value) return;
    const documents = this.#parts.series.value.flatMap(({ manifest, stack }) =>
      manifest.modality === 'SR' ? stack.documents.map(({ uid }) => uid) : [],
    );
    const known = documents.sort().join();
    if (this.state.peek() !== 'unasked' && known === this.#asked) return;
    this.#asked = known;
    void this.load();
  }

  /** Asks for the reports of the study. */
  async load(): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    if (this.state.peek() === 'unasked') this.state.value = 'loading';
    try {
      await this.#read(loading.signal);
    } catch (error) {
      if (loading.signal.aborted) return;
      batch(() => {
        this.state.value = 'failed';
        this.problem.value = problemOf(error);
      });
    }
  }

  /** @throws SavedError; what aborts the signal */
  async #read(signal?: AbortSignal): Promise<void> {
    const { studyUid } = this.#parts;
    const { objects, problems } = await loadSaved('reports', studyUid, checkReport, signal);
    if (signal?.aborted) return;
    batch(() => {
      this.state.value = 'ready';
      this.versions.value = objects;
      this.unread.value = problems;
      this.#settle();
    });
  }

  /** What was sent and had no answer may be among what is stored. */
  #settle(): void {
    const draft = this.draft.peek();
    const now = draft && settled(draft, this.versions.peek());
    if (now === draft) return;
    if (now) this.#keep(now);
    else this.discard();
  }

  /** Begins a report by the template that fits the study, or goes on with the newest one as far as that is allowed. */
  write(change: Draft['change'] = 'none'): void {
    const heads = this.heads.peek();
    const [head] = heads;
    const best = this.templates.bestFor(this.#kind());
    const begun = best ? withTemplate([], best) : [emptySection('findings'), emptySection('impression')];
    const addendum = change === 'addendum' ? [emptySection('addendum')] : [];
    const sections = head ? [...head.content.sections, ...addendum] : begun;
    const kept = change === 'none' && head ? head.content.change : change;
    this.change(draftFrom(heads, { change: kept, sections }, language.peek()));
    this.chosen.value = null;
  }

  /** Takes what was written, and keeps it on this workstation. */
  change(changed: Draft): void {
    this.#keep(changed.sent ? { ...changed, sent: { ...changed.sent, isAsWritten: false } } : changed);
  }

  #keep(draft: Draft): void {
    batch(() => {
      this.draft.value = draft;
      this.isKept.value = keepDraft(this.#parts.studyUid, draft) === 'kept';
      this.problem.value = null;
    });
  }

  /** Arranges the draft by a template. */
  use(template: ReportTemplate): void {
    const draft = this.draft.peek();
    if (draft && draft.change !== 'addendum')
      this.change({ ...draft, sections: withTemplate(draft.sections, template) });
  }

  /** Says that the draft is to follow on the newest version, which its writer has seen by now. */
  takeOver(): void {
    const draft = this.draft.peek();
    if (draft) this.change(followingOn(draft, this.heads.peek()));
  }

  /** Drops what was written since the last version. */
  discard(): void {
    keepDraft(this.#parts.studyUid, null);
    batch(() => {
      this.draft.value = null;
      this.problem.value = null;
    });
  }

  /** Saves the draft as a new version. It stays until the version is safe. */
  async save(stage: ReportContent['stage']): Promise<void> {
    if (!this.draft.peek() || this.saving.peek()) return;
    const author = await askAuthor(this.#parts.questions);
    if (author === null) return;
    this.saving.value = true;
    try {
      await this.#send(stage, author);
      this.chosen.value = null;
    } catch (error) {
      this.problem.value = problemOf(error);
    } finally {
      this.saving.value = false;
    }
    await this.load();
  }

  /** Sends the draft; again under the same id, so that it is not saved twice. @throws SavedError */
  async #send(stage: ReportContent['stage'], author: string): Promise<void> {
    const before = this.draft.peek()?.sent;
    const isSame = before?.isAsWritten && before.stage === stage && before.author === author;
    // What had no answer may have been saved: this one follows on it then.
    if (before && !isSame) await this.#read();
    const draft = this.draft.peek();
    if (!draft) return;
    const id = isSame ? before.id : newRequestId();
    this.#keep({ ...draft, sent: { id, stage, author, isAsWritten: true } });
    const { base, sent: _, ...said } = draft;
    const request = { id, author, predecessors: base, content: { ...said, stage } };
    try {
      await postSaved('reports', this.#parts.studyUid, request);
    } catch (error) {
      if (error instanceof SavedError && error.isRefusal) this.#forget(id);
      throw error;
    }
    const now = this.draft.peek()?.sent;
    // What was written while it was on its way is not lost.
    if (now?.id === id && now.isAsWritten) this.discard();
  }

  /** The server refused it. */
  #forget(id: string): void {
    const draft = this.draft.peek();
    if (draft?.sent?.id !== id) return;
    const { sent: _, ...rest } = draft;
    this.#keep(rest);
  }

  #kind(): StudyKind {
    const series = this.#parts.series.peek();
    return {
      modalities: [...new Set(series.map(({ manifest }) => manifest.modality))],
      words: series
        .flatMap(({ manifest, study }) => [study.description, manifest.bodyPart, manifest.description])
        .join(' '),
    };
  }
}

function problemOf(error: unknown): ReportProblem {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof SavedError ? error.code : '', message };
}
