// The dialog of hanging protocols: use one, keep the arrangement at hand, edit one's own as plain JSON.
import { useEffect, useRef, useState } from 'preact/hooks';
import { layoutName, layoutOf } from '../grid/layouts.ts';
import type { HangingModel } from './hanging-model.ts';
import type { Protocol } from './protocol.ts';
import './hanging.css';

export function HangingEditor({ hanging }: { hanging: HangingModel }) {
  return hanging.editing.value ? <Dialog hanging={hanging} /> : null;
}

const written = (protocols: readonly Protocol[]): string => JSON.stringify(protocols, null, 2);

function Dialog({ hanging }: { hanging: HangingModel }) {
  const dialog = useRef<HTMLDialogElement>(null);
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
      setProblem(error instanceof Error ? error.message : String(error));
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
    <dialog ref={dialog} class="hanging" aria-label="Hanging protocols" onClose={close}>
      <h2>
        Hanging protocols
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Close <kbd>Esc</kbd>
        </button>
      </h2>
      <ul>
        {hanging.all.map((protocol, at) => (
          <li key={at} data-used={protocol === hanging.used.value}>
            <b>{protocol.name}</b>
            <span class="dim">{describe(protocol)}</span>
            <button type="button" class="button" onClick={() => use(protocol)}>
              Use
            </button>
            {at < hanging.own.value.length && (
              <button
                type="button"
                class="button"
                onClick={() => save(written(hanging.own.peek().filter((one) => one !== protocol)))}
              >
                Remove
              </button>
            )}
          </li>
        ))}
      </ul>
      <form onSubmit={keep}>
        <label for="protocol-name">Keep this arrangement as</label>
        <input
          id="protocol-name"
          value={name}
          maxLength={100}
          placeholder="a name"
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <button type="submit" class="button" disabled={name.trim() === ''}>
          Keep
        </button>
      </form>
      <details>
        <summary>Edit your own as JSON</summary>
        <textarea
          aria-label="Your hanging protocols as JSON"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <p>
          <span role="alert">{problem}</span>
          <button type="button" class="button" onClick={() => save(text)}>
            Save
          </button>
        </p>
      </details>
    </dialog>
  );
}

/** 'CT, HEAD · 1 × 2 · with the prior'. */
function describe({ for: what, layout, viewports, together }: Protocol): string {
  const studies = [what.modality, what.bodyPart, what.description].filter(Boolean).join(', ');
  const parts = [
    studies || 'every study',
    layoutName(layoutOf(layout.rows, layout.columns)),
    viewports.some(({ study }) => study === 'prior') ? 'with the prior' : '',
    together ? 'scrolled together' : '',
  ];
  return parts.filter(Boolean).join(' · ');
}
