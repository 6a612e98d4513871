// A button that opens a list of commands.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { keysOf } from '../keys/bindings.ts';
import { keyCap } from '../keys/chords.ts';
import type { Command } from './commands.ts';
import { Icon } from './icons.tsx';

interface MenuProps {
  readonly label: ComponentChildren;
  readonly title: string;
  readonly commands: readonly Command[];
  readonly onChoose: (command: Command) => void;
  /** What stands in the column before the key. */
  readonly numbers?: (command: Command) => string;
  /** Whether an entry is the present one. */
  readonly chosen?: (command: Command) => boolean;
  /** For styles. */
  readonly kind: string;
}

export function Menu({ label, title, commands, onChoose, numbers, chosen, kind }: MenuProps) {
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => (open ? closeOutside(menu.current, () => setOpen(false)) : undefined), [open]);
  const choose = (command: Command) => {
    onChoose(command);
    setOpen(false);
  };
  return (
    <div class={`menu-button ${kind}`} ref={menu}>
      <button
        type="button"
        class="button"
        title={title}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {label}
        <span aria-hidden="true">▾</span>
      </button>
      {open && (
        <div class="menu" role="menu">
          {commands.map((command) => (
            <button
              key={command.id}
              data-command={command.id}
              type="button"
              class="button"
              role="menuitem"
              data-chosen={chosen?.(command)}
              onClick={() => choose(command)}
            >
              {command.icon && <Icon name={command.icon} />}
              <span>{command.name}</span>
              <span class="numbers">{numbers?.(command) ?? ''}</span>
              {keysOf(command)[0] && <kbd>{keyCap(keysOf(command)[0] ?? '')}</kbd>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
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
