// The dialog of a question.
import { useEffect, useRef } from 'preact/hooks';
import { shellTexts } from '../words/shell.ts';
import type { OpenQuestion, Questions } from './questions.ts';

export function QuestionDialog({ questions }: { questions: Questions }) {
  const open = questions.open.value;
  return open && <Dialog key={open.question} asked={open} />;
}

function Dialog({ asked }: { asked: OpenQuestion }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    input.current?.select();
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    const text = input.current?.value.trim() ?? '';
    asked.answer(asked.kind === 'choice' ? 'yes' : text || null);
  };
  return (
    <dialog ref={dialog} class="question" aria-label={asked.question} onClose={() => asked.answer(null)}>
      <form onSubmit={submit}>
        <label for="answer">{asked.question}</label>
        {(asked.kind === 'text' || asked.kind === 'millimetres') && (
          <input
            id="answer"
            ref={input}
            inputMode={asked.kind === 'millimetres' ? 'decimal' : 'text'}
            maxLength={200}
            defaultValue={asked.now}
          />
        )}
        <p>
          {asked.kind !== 'notice' && (
            <button type="button" class="button" onClick={() => asked.answer(null)}>
              {shellTexts.value.cancel}
            </button>
          )}
          <button type="submit" class="button main">
            {shellTexts.value.ok}
          </button>
        </p>
      </form>
    </dialog>
  );
}
