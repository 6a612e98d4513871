// What every key and mouse button does, over the page.
import { useEffect, useRef } from 'preact/hooks';
import { keyCap } from '../keys/chords.ts';
import {
  type Command,
  cineCommands,
  hangingCommands,
  imageCommands,
  layoutCommands,
  measurementCommands,
  measuringCommands,
  presetCommands,
  scrollCommands,
  togetherCommands,
  toolCommands,
  turnCommands,
  viewportCommands,
  volumeCommands,
  windowCommands,
} from './commands.ts';

const mouse = [
  ['Left drag', 'the chosen tool'],
  ['Middle drag', 'pan'],
  ['Right drag', 'zoom'],
  ['Wheel', 'scroll'],
  ['Ctrl + wheel', 'zoom'],
  ['Double click', 'one viewport, or fit'],
  ['Drag a series', 'show it there'],
] as const;

export function KeyHelp({ modality, onClose }: { modality: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="key-help" onClose={onClose} aria-label="Keys and mouse">
      <h2>
        Keys and mouse
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Close <kbd>Esc</kbd>
        </button>
      </h2>
      <div class="columns">
        <Group title="Image" commands={[...toolCommands, ...imageCommands, ...turnCommands]} />
        <Group title="Measure" commands={[...measuringCommands, ...measurementCommands]} />
        <Group title="Move" commands={[...scrollCommands, ...cineCommands]} />
        <Group
          title="Viewports"
          commands={[
            ...layoutCommands,
            ...viewportCommands,
            ...togetherCommands,
            ...hangingCommands,
            ...volumeCommands,
          ]}
        />
        <Group title="Window" commands={[...windowCommands, ...presetCommands(modality)]} />
        <dl>
          <dt class="title">Mouse</dt>
          {mouse.map(([button, what]) => (
            <div key={button}>
              <dt>{button}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </div>
    </dialog>
  );
}

function Group({ title, commands }: { title: string; commands: readonly Command[] }) {
  return (
    <dl>
      <dt class="title">{title}</dt>
      {commands.map(({ id, name, keys }) => (
        <div key={id}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{keyCap(key)}</kbd>
            ))}
          </dt>
          <dd>{name}</dd>
        </div>
      ))}
    </dl>
  );
}
