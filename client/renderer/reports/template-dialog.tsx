// The dialog of templates: keep the sections at hand as one, say what it is for, change its words, forget it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { reportTexts } from '../words/reports.ts';
import { shellTexts } from '../words/shell.ts';
import type { Draft } from './drafts.ts';
import type { ReportTemplate } from './template.ts';
import type { TemplatesModel } from './templates-model.ts';
import './template-dialog.css';

interface TemplateProps {
  readonly templates: TemplatesModel;
  readonly draft: Draft;
}

export function TemplateDialog({ templates, draft }: TemplateProps) {
  return templates.editing.value ? <Dialog templates={templates} draft={draft} /> : null;
}

function Dialog({ templates, draft }: TemplateProps) {
  const words = reportTexts.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const atHand: ReportTemplate = { name: '', modalities: [], bodyParts: [], sections: draft.sections };
  const [edited, setEdited] = useState(atHand);
  const [note, setNote] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  const isOwn = templates.own.value.some(({ name }) => name === edited.name);
  const edit = (template: ReportTemplate) => {
    setEdited(template);
    setNote('');
  };
  const save = (event: Event) => {
    event.preventDefault();
    setNote(templates.save(edited) === 'kept' ? words.templateKept : words.templateNotKept);
  };
  return (
    <dialog
      ref={dialog}
      class="report-templates"
      aria-label={words.editTemplates}
      onClose={() => {
        templates.editing.value = false;
      }}
    >
      <h2>
        {words.editTemplates}
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {shellTexts.value.close}
        </button>
      </h2>
      <div class="parts">
        <ul>
          <li>
            <button type="button" class="button" onClick={() => edit(atHand)}>
              {words.sectionsAtHand}
            </button>
          </li>
          {templates.all.value.map((template) => (
            <li key={template.name}>
              <button
                type="button"
                class="button"
                aria-pressed={template.name === edited.name}
                onClick={() => edit(template)}
              >
                {template.name}
              </button>
            </li>
          ))}
        </ul>
        <form onSubmit={save}>
          <Fields template={edited} onChange={edit} />
          <p class="actions">
            <span role="status">{note}</span>
            {isOwn && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  templates.remove(edited.name);
                  edit(atHand);
                }}
              >
                {words.forgetTemplate}
              </button>
            )}
            <button type="submit" class="button main" disabled={edited.name.trim() === ''}>
              {words.keepTemplate}
            </button>
          </p>
        </form>
      </div>
    </dialog>
  );
}

const listed = (text: string): string[] => text.split(',').map((word) => word.trimStart());

interface FieldsProps {
  readonly template: ReportTemplate;
  readonly onChange: (template: ReportTemplate) => void;
}

function Fields({ template, onChange }: FieldsProps) {
  const words = reportTexts.value;
  const { name, modalities, bodyParts, sections } = template;
  const field = (label: string, value: string, hint: string, change: (text: string) => void) => (
    <label>
      <span>{label}</span>
      <input
        value={value}
        maxLength={200}
        placeholder={hint}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
    </label>
  );
  return (
    <>
      {field(words.templateName, name, '', (text) => onChange({ ...template, name: text }))}
      {field(words.templateModalities, modalities.join(', '), 'CT, MR', (text) =>
        onChange({ ...template, modalities: listed(text) }),
      )}
      {field(words.templateParts, bodyParts.join(', '), 'chest, thorax', (text) =>
        onChange({ ...template, bodyParts: listed(text) }),
      )}
      <div class="sections">
        {sections.map((section, at) => (
          <label key={`${at} ${section.role}`}>
            <span>{section.heading}</span>
            <textarea
              rows={2}
              value={section.text}
              onInput={({ currentTarget }) =>
                onChange({
                  ...template,
                  sections: sections.map((one, place) =>
                    place === at ? { ...one, text: currentTarget.value } : one,
                  ),
                })
              }
            />
          </label>
        ))}
      </div>
    </>
  );
}
