// Writing a report: sections of text, a template, measurements put in by a button, saved as preliminary or signed.
import { useRef, useState } from 'preact/hooks';
import { displayName } from '../format/person-name.ts';
import { keyCap } from '../keys/chords.ts';
import { authorName } from '../settings/author.ts';
import type { PageModels } from '../study/page-models.ts';
import { reportTexts } from '../words/reports.ts';
import { shellTexts } from '../words/shell.ts';
import type { Draft } from './drafts.ts';
import { imageOf } from './find-image.ts';
import { InsertMenu } from './insert-menu.tsx';
import { placeText } from './measurement-line.ts';
import { fixedSections, inserted, naming, written } from './report-draft.ts';
import { SectionField } from './section-field.tsx';
import { TemplateDialog } from './template-dialog.tsx';

interface EditorProps {
  readonly page: PageModels;
  readonly draft: Draft;
}

export function ReportEditor({ page, draft }: EditorProps) {
  const { reports, questions } = page;
  const words = reportTexts.value;
  const fixed = fixedSections(draft);
  const last = useRef<{ at: number; caret: number } | null>(null);
  const put = (line: string, image: Draft['images'][number] | null) => {
    const findings = draft.sections.findIndex(({ role }, at) => at >= fixed && role === 'findings');
    const at = last.current?.at ?? (findings >= 0 ? findings : fixed);
    const caret = last.current?.caret ?? draft.sections[at]?.text.length ?? 0;
    const next = inserted(draft, at, caret, line);
    last.current = { at, caret: next.caret };
    reports.change(image ? naming(next.draft, image) : next.draft);
  };
  const addSection = async () => {
    const heading = await questions.ask({ question: words.newHeading, now: '', kind: 'text' });
    if (heading) {
      const section = { role: 'other' as const, heading: heading.slice(0, 64), text: '' };
      reports.change({ ...draft, sections: [...draft.sections, section] });
    }
  };
  return (
    <div class="editor">
      <Notices page={page} />
      <div class="tools">
        {fixed === 0 && (
          <label>
            <span class="visually-hidden">{words.template}</span>
            <select
              data-do="template"
              value=""
              onChange={({ currentTarget }) => {
                const template = reports.templates.all.peek()[Number(currentTarget.value)];
                currentTarget.value = '';
                if (template) reports.use(template);
              }}
            >
              <option value="">{words.template}</option>
              {reports.templates.all.value.map(({ name }, at) => (
                <option key={name} value={at}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <InsertMenu page={page} onInsert={put} />
        <button
          type="button"
          class="button"
          onClick={() => {
            reports.templates.editing.value = true;
          }}
        >
          {words.editTemplates}
        </button>
      </div>
      <div class="sections">
        {draft.sections.map((section, at) => (
          <SectionField
            key={`${at} ${section.role} ${section.heading}`}
            section={section}
            isFixed={at < fixed}
            onInput={(text) => reports.change(written(draft, at, text))}
            onCaret={(caret) => {
              last.current = { at, caret };
            }}
            onSave={() => void reports.save('preliminary')}
            onRemove={() =>
              reports.change({ ...draft, sections: draft.sections.filter((_, place) => place !== at) })
            }
          />
        ))}
        {fixed === 0 && (
          <button type="button" class="button add" onClick={addSection}>
            {words.addSection}
          </button>
        )}
        <NamedImages page={page} draft={draft} />
      </div>
      <Signing page={page} draft={draft} />
      <TemplateDialog templates={reports.templates} draft={draft} />
    </div>
  );
}

/** Somebody was quicker; saving failed; the workstation does not keep the draft. */
function Notices({ page: { reports } }: { page: PageModels }) {
  const words = reportTexts.value;
  const problem = reports.problem.value;
  const [newest] = reports.heads.value;
  if (reports.isBehind.value && newest) {
    return (
      <div class="note warning" role="alert" data-notice="newer-version">
        <p>{words.newer(displayName(newest.author))}</p>
        <p>
          <button
            type="button"
            class="button"
            data-do="read-newer"
            onClick={() => {
              reports.chosen.value = newest.sopInstanceUid;
            }}
          >
            {words.readNewer}
          </button>
          <button type="button" class="button" data-do="take-over" onClick={() => reports.takeOver()}>
            {words.takeOver}
          </button>
          <button type="button" class="button" onClick={() => reports.discard()}>
            {words.useNewer}
          </button>
        </p>
      </div>
    );
  }
  if (problem) {
    return (
      <p class="note warning" role="alert" data-notice={problem.code || 'failed'}>
        {words.notSaved} {problem.message}
      </p>
    );
  }
  return reports.isKept.value ? null : (
    <p class="note warning" role="alert">
      {words.notKept}
    </p>
  );
}

/** The images that the report names, each to be taken out. */
function NamedImages({ page, draft }: EditorProps) {
  const words = reportTexts.value;
  if (draft.images.length === 0) return null;
  return (
    <ul class="named-images" aria-label={words.images}>
      {draft.images.map((image) => {
        const found = imageOf(image, page.allSeries.value);
        const name = found ? placeText(found) : words.another;
        return (
          <li key={image.sopInstanceUid}>
            <span>{name}</span>
            {draft.change !== 'addendum' && (
              <button
                type="button"
                class="button"
                aria-label={words.removeImage(name)}
                onClick={() =>
                  page.reports.change({ ...draft, images: draft.images.filter((one) => one !== image) })
                }
              >
                ×
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Saving: as preliminary, or for good once that is confirmed. */
function Signing({ page: { reports }, draft }: EditorProps) {
  const words = reportTexts.value;
  const [asked, ask] = useState<'final' | 'discard' | null>(null);
  const isBusy = reports.saving.value;
  const own = draft.sections.slice(fixedSections(draft));
  const isEmpty = own.every(({ text }) => text.trim() === '');
  const confirm = () => {
    ask(null);
    if (asked === 'final') void reports.save('final');
    else reports.discard();
  };
  return (
    <div class="actions">
      {asked ? (
        <>
          <span class="question">{asked === 'final' ? words.signForGood : words.discardForGood}</span>
          <button type="button" class="button main" data-do="confirm" onClick={confirm}>
            {asked === 'final' ? words.sign : words.discard}
          </button>
          <button type="button" class="button" onClick={() => ask(null)}>
            {shellTexts.value.cancel}
          </button>
        </>
      ) : (
        <>
          <button
            type="button"
            class="button main"
            data-do="save"
            disabled={isBusy || isEmpty}
            title={keyCap('Ctrl+s')}
            onClick={() => void reports.save('preliminary')}
          >
            {isBusy ? words.saving : words.savePreliminary}
          </button>
          <button
            type="button"
            class="button"
            data-do="final"
            disabled={isBusy || isEmpty}
            onClick={() => ask('final')}
          >
            {words.final} …
          </button>
          <span class="dim by">{authorName.value && `${words.by} ${displayName(authorName.value)}`}</span>
          <button type="button" class="button discard" data-do="discard" onClick={() => ask('discard')}>
            {words.discard}
          </button>
        </>
      )}
    </div>
  );
}
