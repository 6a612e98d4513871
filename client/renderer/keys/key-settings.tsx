// The keys of all commands, to be searched and changed: press a key to give it to a command; who has it already is said.
import { useSignal } from '@preact/signals';
import { keyTexts } from '../words/keys.ts';
import { settingsTexts } from '../words/settings.ts';
import { keepKeyChanges, keyChanges, keysOf, mostKeys, setKeys } from './bindings.ts';
import { chordOf, isHeldKey, keyCap } from './chords.ts';
import { matching } from './find-commands.ts';
import { type HelpGroup, type ListedCommand, rivalOf } from './help-group.ts';
import { keySets } from './key-sets.ts';
import { KeysFileButtons } from './keys-file-buttons.tsx';

/** A key that was pressed for a command though another one has it. */
interface Conflict {
  readonly command: ListedCommand;
  readonly chord: string;
  readonly rival: ListedCommand;
}

export function KeySettings({ groups }: { groups: readonly HelpGroup[] }) {
  const typed = useSignal('');
  const listening = useSignal<string | null>(null);
  const conflict = useSignal<Conflict | null>(null);
  const texts = settingsTexts.value.keys;
  const found = matching(groups, typed.value);
  const changed = Object.keys(keyChanges.value).length;
  const add = (command: ListedCommand, chord: string) => {
    const rival = rivalOf(chord, command, groups);
    conflict.value = rival ? { command, chord, rival } : null;
    if (!rival) setKeys(command, [...keysOf(command), chord]);
  };
  const take = ({ command, chord, rival }: Conflict) => {
    setKeys(
      rival,
      keysOf(rival).filter((key) => key !== chord),
    );
    conflict.value = null;
    add(command, chord);
  };
  const rowOf = (command: ListedCommand) => (
    <KeyRow
      key={command.id}
      command={command}
      isListening={listening.value === command.id}
      conflict={conflict.value?.command.id === command.id ? conflict.value : null}
      onListen={(isOn) => {
        listening.value = isOn ? command.id : null;
        if (isOn) conflict.value = null;
      }}
      onKey={(chord) => add(command, chord)}
      onTake={take}
      onLeave={() => {
        conflict.value = null;
      }}
    />
  );
  return (
    <div class="key-settings">
      <div class="settings-bar">
        <input
          id="key-search"
          type="search"
          autocomplete="off"
          aria-label={keyTexts.value.search}
          placeholder={keyTexts.value.search}
          value={typed.value}
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value;
          }}
        />
        <span class="dim" role="status">
          {changed > 0 ? texts.changed(changed) : texts.noneChanged}
        </span>
        <span class="space" />
        {keySets.map(({ name, keys }) => (
          <button key={name} type="button" class="button" onClick={() => keepKeyChanges(keys)}>
            {texts.setOf(name)}
          </button>
        ))}
        <button type="button" class="button" disabled={changed === 0} onClick={() => keepKeyChanges({})}>
          {texts.resetAll}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="key-list" aria-label={settingsTexts.value.parts.keys} tabIndex={0}>
        {found.length === 0 && <p class="dim">{keyTexts.value.none}</p>}
        {found.map((group) => (
          <section key={group.id} aria-label={group.title}>
            <h3>{group.title}</h3>
            <ul>{group.commands.map(rowOf)}</ul>
          </section>
        ))}
      </section>
      <KeysFileButtons />
    </div>
  );
}

interface RowProps {
  readonly command: ListedCommand;
  readonly isListening: boolean;
  readonly conflict: Conflict | null;
  readonly onListen: (isOn: boolean) => void;
  readonly onKey: (chord: string) => void;
  readonly onTake: (conflict: Conflict) => void;
  readonly onLeave: () => void;
}

function KeyRow({ command, isListening, conflict, onListen, onKey, onTake, onLeave }: RowProps) {
  const texts = settingsTexts.value.keys;
  const keys = keysOf(command);
  const isChanged = command.id in keyChanges.value;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isListening || event.key === 'Tab' || isHeldKey(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    onListen(false);
    const chord = chordOf(event);
    if (chord !== 'Escape' && !keys.includes(chord)) onKey(chord);
  };
  return (
    <li data-keys-of={command.id} data-changed={isChanged}>
      <span class="command-name">{command.name}</span>
      <span class="caps">
        {keys.map((key) => (
          <button
            key={key}
            type="button"
            class="cap"
            aria-label={texts.remove(keyCap(key), command.name)}
            title={texts.remove(keyCap(key), command.name)}
            onClick={() =>
              setKeys(
                command,
                keys.filter((other) => other !== key),
              )
            }
          >
            {keyCap(key)} <span aria-hidden="true">×</span>
          </button>
        ))}
        {keys.length === 0 && <span class="dim">{texts.noKey}</span>}
      </span>
      <button
        type="button"
        class="button"
        aria-label={texts.addTo(command.name)}
        aria-pressed={isListening}
        disabled={keys.length >= mostKeys}
        onClick={() => onListen(!isListening)}
        onKeyDown={onKeyDown}
        onBlur={() => isListening && onListen(false)}
      >
        {isListening ? texts.press : texts.add}
      </button>
      <button
        type="button"
        class="button"
        aria-label={texts.resetOne(command.name)}
        title={texts.usual(command.keys.map(keyCap).join(keyTexts.value.or) || texts.noKey)}
        disabled={!isChanged}
        onClick={() => setKeys(command, command.keys)}
      >
        {texts.reset}
      </button>
      <span class="said" role="status">
        {isListening && <span class="visually-hidden">{texts.pressFor(command.name)}</span>}
        {conflict && (
          <>
            <span class="warning">{texts.conflict(keyCap(conflict.chord), conflict.rival.name)}</span>
            <button type="button" class="button" onClick={() => onTake(conflict)}>
              {texts.move}
            </button>
            <button type="button" class="button" onClick={onLeave}>
              {texts.leave}
            </button>
          </>
        )}
      </span>
    </li>
  );
}
