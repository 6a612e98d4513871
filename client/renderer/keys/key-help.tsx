// What every key and mouse button does as they are set now, over the page; searched by typing.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { helpOpen, settingsOpen } from '../shell/open-dialogs.ts';
import { keyTexts } from '../words/keys.ts';
import { shellTexts } from '../words/shell.ts';
import { keysOf } from './bindings.ts';
import { keyCap } from './chords.ts';
import { matching } from './find-commands.ts';
import type { HelpGroup, ListedCommand } from './help-group.ts';
import './key-help.css';

interface HelpProps {
  readonly groups: readonly HelpGroup[];
  /** What is done without keys: how, and what it does. */
  readonly mouse?: readonly (readonly [string, string])[];
  /** Below all. */
  readonly note?: string;
}

/** The help, while it is asked for. */
export function KeyHelp(props: HelpProps) {
  return helpOpen.value ? <Dialog {...props} /> : null;
}

const close = () => {
  helpOpen.value = false;
};

function Dialog({ groups, mouse = [], note = '' }: HelpProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [wanted, setWanted] = useState('');
  // At once: the next key is the dialog's.
  useLayoutEffect(() => {
    dialog.current?.showModal();
    return close;
  }, []);
  const texts = keyTexts.value;
  const found = matching(groups, wanted);
  const count = found.reduce((sum, { commands }) => sum + commands.length, 0);
  const change = () => {
    close();
    settingsOpen.value = 'keys';
  };
  return (
    <dialog ref={dialog} class="key-help" onClose={close} aria-label={texts.title}>
      <header>
        <h2>{texts.title}</h2>
        <input
          id="help-search"
          type="search"
          autocomplete="off"
          aria-label={texts.search}
          placeholder={texts.search}
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        <span class="visually-hidden" role="status">
          {wanted && texts.found(count)}
        </span>
        <span class="space" />
        <button type="button" class="button" onClick={change}>
          {texts.change}
        </button>
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {shellTexts.value.close} <kbd>{keyCap('Escape')}</kbd>
        </button>
      </header>
      {count === 0 && <p class="dim">{texts.none}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="columns" aria-label={texts.title} tabIndex={0}>
        {found.map((group) => (
          <Group key={group.id} {...group} />
        ))}
        {mouse.length > 0 && wanted === '' && (
          <section>
            <h3>{texts.groups.mouse}</h3>
            <dl>
              {mouse.map(([how, what]) => (
                <div key={how}>
                  <dt>{how}</dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </section>
      {note && <p class="dim">{note}</p>}
    </dialog>
  );
}

function Group({ title, commands }: HelpGroup) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {commands.map((command) => (
          <Row key={command.id} command={command} />
        ))}
      </dl>
    </section>
  );
}

function Row({ command }: { command: ListedCommand }) {
  return (
    <div data-help={command.id}>
      <dt>
        {keysOf(command).map((key) => (
          <kbd key={key}>{keyCap(key)}</kbd>
        ))}
        {keysOf(command).length === 0 && <span class="dim">–</span>}
      </dt>
      <dd>{command.name}</dd>
    </div>
  );
}
