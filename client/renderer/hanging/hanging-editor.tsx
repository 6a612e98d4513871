// The dialog of hanging protocols: use one, keep the arrangement at hand, edit one's own as plain JSON.
import { useEffect, useRef, useState } from 'preact/hooks';
import { layoutName, layoutOf } from '../grid/layouts.ts';
import { keyCap } from '../keys/chords.ts';
import { errorText } from '../words/errors.ts';
import { hangingTexts } from '../words/hanging.ts';
import { shellTexts } from '../words/shell.ts';
import type { HangingModel } from './hanging-model.ts';
import type { Protocol } from './protocol.ts';
import './hanging.css';

export function HangingEditor({ hanging }: { hanging: HangingModel }) {
  return hanging.editing.value ? <Dialog hanging={hanging} /> : null;
}

const written = (protocols: readonly Protocol[]): string => JSON.stringify(protocols, null, 2);

function Dialog({ hanging }: { hanging: HangingModel }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const texts = hangingTexts.value;
  const [text, setText] = useState(() => written(hanging.own.peek()));
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    hanging.editing.value = false;
  };
  const save = (next: string) => {
    try {
      hanging.save(next);
      setText(written(hanging.own.peek()));
      setProblem('');
    } catch (error) {
      setProblem(errorText(error));
    }
  };
  const keep = (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') return;
    save(written([hanging.present(name.trim()), ...hanging.own.peek()]));
    setName('');
  };
  const use = (protocol: Protocol) => {
    close();
    void hanging.hang(protocol);
  };
  return (
    <dialog ref={dialog} class="hanging" aria-label={texts.title} onClose={close}>
      <h2>
        {texts.title}
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {shellTexts.value.close} <kbd>{keyCap('Escape')}</kbd>
        </button>
      </h2>
      <ul>
        {hanging.all.map((protocol, at) => (
          <li key={at} data-used={protocol === hanging.used.value}>
            <b>{protocol.name}</b>
            <span class="dim">{describe(protocol)}</span>
            <button
              type="button"
              class="button"
              aria-label={texts.useNamed(protocol.name)}
              onClick={() => use(protocol)}
            >
              {texts.use}
            </button>
            {at < hanging.own.value.length && (
              <button
                type="button"
                class="button"
                aria-label={texts.removeNamed(protocol.name)}
                onClick={() => save(written(hanging.own.peek().filter((one) => one !== protocol)))}
              >
                {texts.remove}
              </button>
            )}
          </li>
        ))}
      </ul>
      <form onSubmit={keep}>
        <label for="protocol-name">{texts.keepAs}</label>
        <input
          id="protocol-name"
          value={name}
          maxLength={100}
          placeholder={texts.name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <button type="submit" class="button" disabled={name.trim() === ''}>
          {texts.keep}
        </button>
      </form>
      <details>
        <summary>{texts.edit}</summary>
        <textarea
          aria-label={texts.own}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <p>
          <span role="alert">{problem}</span>
          <button type="button" class="button" onClick={() => save(text)}>
            {texts.save}
          </button>
        </p>
      </details>
    </dialog>
  );
}

/** 'CT, HEAD · 1 × 2 · with the prior'. */
function describe({ for: what, layout, viewports, together }: Protocol): string {
  const texts = hangingTexts.value;
  const studies = [what.modality, what.bodyPart, what.description].filter(Boolean).join(', ');
  const parts = [
    studies || texts.everyStudy,
    layoutName(layoutOf(layout.rows, layout.columns)),
    viewports.some(({ study }) => study === 'prior') ? texts.withPrior : '',
    together ? texts.together : '',
  ];
  return parts.filter(Boolean).join(' · ');
}
