// The tools above the image; every tooltip names its key.
import { useEffect, useRef, useState } from 'preact/hooks';
import {
  type Command,
  imageCommands,
  keyCap,
  offeredCommands,
  presetCommands,
  toolCommands,
  windowCommands,
} from './commands.ts';
import { Icon } from './icons.tsx';
import { shadingText } from './shading-text.ts';
import type { StudyModel } from './study-model.ts';
import type { ViewerModel } from './viewer-model.ts';

interface Models {
  readonly viewer: ViewerModel;
  readonly study: StudyModel;
}

const hint = ({ name, keys }: Command) => `${name} (${keys.map(keyCap).join(' or ')})`;

export function Toolbar({ viewer, study, onHelp }: Models & { onHelp: () => void }) {
  return (
    <div class="toolbar" role="toolbar" aria-label="Image tools">
      {toolCommands.map((command) => (
        <button
          key={command.tool}
          type="button"
          class="button"
          data-tool={command.tool}
          title={hint(command)}
          aria-pressed={viewer.tool.value === command.tool}
          onClick={() => command.run(viewer, study)}
        >
          <Icon name={command.icon} />
          {command.name}
        </button>
      ))}
      <span class="divider" />
      <WindowMenu viewer={viewer} study={study} />
      <span class="divider" />
      {imageCommands.map((command) => (
        <button
          key={command.name}
          type="button"
          class="button"
          data-command={command.name}
          title={hint(command)}
          aria-pressed={pressed(command.icon, viewer)}
          onClick={() => command.run(viewer, study)}
        >
          <Icon name={command.icon} />
          <span class="label">{command.name}</span>
        </button>
      ))}
      <span class="space" />
      <button type="button" class="button" title="Keys and mouse (?)" onClick={onHelp}>
        Keys
      </button>
    </div>
  );
}

/** Whether a button that switches something is on. */
function pressed(icon: string, viewer: ViewerModel): boolean | undefined {
  if (icon === 'invert') return viewer.tones.inverted.value;
  if (icon === 'overlays') return viewer.overlays.shown.value;
  return icon === 'text' ? !viewer.textShown.value : undefined;
}

/** The windows to choose from, with the present one on the button. */
function WindowMenu({ viewer, study }: Models) {
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => (open ? closeOutside(menu.current, () => setOpen(false)) : undefined), [open]);
  const modality = viewer.series.value?.manifest.modality ?? '';
  const commands = [...windowCommands, ...offeredCommands(viewer.slice), ...presetCommands(modality)];
  const choose = (command: Command) => {
    command.run(viewer, study);
    setOpen(false);
  };
  return (
    <div class="window-menu" ref={menu}>
      <button
        type="button"
        class="button"
        title="Windows (0, A, 1 to 9)"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {shadingText(viewer) || 'Windows'}
        <span aria-hidden="true">▾</span>
      </button>
      {open && (
        <div class="menu" role="menu">
          {commands.map((command, at) => (
            <button key={at} type="button" class="button" role="menuitem" onClick={() => choose(command)}>
              <span>{command.name}</span>
              <span class="numbers">{presetNumbers(command)}</span>
              {command.keys[0] && <kbd>{keyCap(command.keys[0])}</kbd>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function presetNumbers(command: Command): string {
  if ('numbers' in command) return String(command.numbers);
  if (!('preset' in command)) return '';
  const { centre, width } = command.preset as { centre: number; width: number };
  return `${centre} / ${width}`;
}

function closeOutside(menu: HTMLElement | null, close: () => void): () => void {
  const onPointer = (event: PointerEvent) => {
    if (!(event.target instanceof Node && menu?.contains(event.target))) close();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  };
  addEventListener('pointerdown', onPointer);
  addEventListener('keydown', onKey, { capture: true });
  return () => {
    removeEventListener('pointerdown', onPointer);
    removeEventListener('keydown', onKey, { capture: true });
  };
}
