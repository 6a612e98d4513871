// What every key of the worklist does, over the page.
import { useEffect, useRef } from 'preact/hooks';
import { worklistKeys } from './worklist-keys.ts';

export function WorklistHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="worklist-help" onClose={onClose} aria-label="Keys of the worklist">
      <h2>
        Keys
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Close <kbd>Esc</kbd>
        </button>
      </h2>
      <dl>
        {worklistKeys.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="dim">
        A dot before a name: this study was not opened here yet. Ctrl and a click opens a study in a tab of
        its own.
      </p>
    </dialog>
  );
}
