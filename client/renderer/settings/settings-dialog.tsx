// The settings of this workstation, over any page: language and name, keys, mouse.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { keyCap } from '../keys/chords.ts';
import type { HelpGroup } from '../keys/help-group.ts';
import { KeySettings } from '../keys/key-settings.tsx';
import { MouseChoices } from '../keys/mouse-choices.tsx';
import { type SettingsPart, settingsOpen, settingsParts } from '../shell/open-dialogs.ts';
import { settingsTexts } from '../words/settings.ts';
import { shellTexts } from '../words/shell.ts';
import { GeneralSettings } from './general-settings.tsx';
import './settings.css';

/** @param groups the commands of all pages */
export function SettingsDialog({ groups }: { groups: () => readonly HelpGroup[] }) {
  const part = settingsOpen.value;
  return part && <Dialog part={part} groups={groups()} />;
}

const close = () => {
  settingsOpen.value = null;
};

function Dialog({ part, groups }: { part: SettingsPart; groups: readonly HelpGroup[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  // At once: the next key is the dialog's.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const texts = settingsTexts.value;
  return (
    <dialog ref={dialog} class="settings" aria-label={texts.title} onClose={close}>
      <header>
        <h2>{texts.title}</h2>
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {shellTexts.value.close} <kbd>{keyCap('Escape')}</kbd>
        </button>
      </header>
      <Tabs part={part} />
      <div role="tabpanel" id="settings-part" aria-labelledby={`settings-${part}`}>
        {part === 'general' && <GeneralSettings />}
        {part === 'keys' && <KeySettings groups={groups} />}
        {part === 'mouse' && <MouseChoices />}
      </div>
      <p class="dim">{texts.kept}</p>
    </dialog>
  );
}

/** By arrow keys from one to the next, as the ARIA pattern of tabs has it. */
function Tabs({ part }: { part: SettingsPart }) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = (settingsParts.indexOf(part) + by + settingsParts.length) % settingsParts.length;
    settingsOpen.value = settingsParts[at] ?? part;
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[at]?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={settingsTexts.value.title} onKeyDown={onKeyDown}>
      {settingsParts.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`settings-${one}`}
          class="button"
          aria-selected={one === part}
          aria-controls="settings-part"
          tabIndex={one === part ? 0 : -1}
          onClick={() => {
            settingsOpen.value = one;
          }}
        >
          {settingsTexts.value.parts[one]}
        </button>
      ))}
    </div>
  );
}
