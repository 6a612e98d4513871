// One section that is written: its heading and its text, as high as the text is long.
import type { ReportSection } from '@strata/protocol/saved-report';
import { MAX_SECTION_TEXT } from '@strata/protocol/saved-report';
import { useId } from 'preact/hooks';
import { reportTexts } from '../words/reports.ts';

interface SectionProps {
  readonly section: ReportSection;
  /** Signed: it is read, not changed. */
  readonly isFixed: boolean;
  readonly onInput: (text: string) => void;
  /** Told where something would be put in. */
  readonly onCaret: (caret: number) => void;
  readonly onRemove: () => void;
  readonly onSave: () => void;
}

export function SectionField({ section, isFixed, onInput, onCaret, onRemove, onSave }: SectionProps) {
  const id = useId();
  const { heading, text, role } = section;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSave();
  };
  if (isFixed) {
    return (
      <section class="section" data-section={role} data-fixed="true">
        <h3>{heading}</h3>
        <p class="signed">{text}</p>
      </section>
    );
  }
  return (
    <div class="section" data-section={role}>
      <label for={id}>{heading}</label>
      {text === '' && (
        <button
          type="button"
          class="button remove"
          aria-label={reportTexts.value.removeSection(heading)}
          onClick={onRemove}
        >
          ×
        </button>
      )}
      <textarea
        id={id}
        rows={2}
        maxLength={MAX_SECTION_TEXT}
        value={text}
        onInput={({ currentTarget }) => {
          onCaret(currentTarget.selectionStart);
          onInput(currentTarget.value);
        }}
        onSelect={({ currentTarget }) => onCaret(currentTarget.selectionStart)}
        onFocus={({ currentTarget }) => onCaret(currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
