// A button that opens a list of commands.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
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
  /** Its name among the parts of the toolbar that can leave it. */
  readonly part?: string;
}

export function Menu({ label, title, commands, onChoose, numbers, chosen, kind, part }: MenuProps) {
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  // Who opens it by the keyboard goes on with the keyboard, and comes back to the button.
  const [byKeyboard, setByKeyboard] = useState(false);
  // At once: the next key goes along the entries.
  useLayoutEffect(() => {
    if (open) itemsOf(menu.current).find(isFirst)?.focus();
  }, [open]);
  const close = () => {
    setOpen(false);
    if (byKeyboard) button.current?.focus();
  };
  useEffect(() => (open ? closeOutside(menu.current, close) : undefined), [open]);
  const choose = (command: Command) => {
    onChoose(command);
    close();
  };
  return (
    <div class={`menu-button ${kind}`} data-part={part} ref={menu}>
      <button
        ref={button}
        type="button"
        class="button"
        title={title}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={({ detail }) => {
          setByKeyboard(detail === 0);
          setOpen(!open);
        }}
      >
        {label}
        <span aria-hidden="true">▾</span>
      </button>
      {open && (
        <div
          class="menu"
          role="menu"
          aria-label={title}
          tabIndex={-1}
          onKeyDown={(event) => menuKey(event, close)}
        >
          {commands.map((command) => (
            <button
              key={command.id}
              data-command={command.id}
              type="button"
              class="button"
              role="menuitem"
              tabIndex={-1}
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

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
}

/** The present entry; where none is, the first. */
function isFirst(item: HTMLElement, at: number, all: readonly HTMLElement[]): boolean {
  const hasChosen = all.some(({ dataset }) => dataset.chosen === 'true');
  return hasChosen ? item.dataset.chosen === 'true' : at === 0;
}

/** Arrow keys go along the entries, as the ARIA pattern of menus has it; Tab leaves. */
function menuKey(event: KeyboardEvent, close: () => void): void {
  const items = itemsOf(event.currentTarget as HTMLElement);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to: Readonly<Record<string, number>> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  if (event.key === 'Tab') close();
  const next = to[event.key];
  if (next === undefined) return;
  event.preventDefault();
  // The page would scroll the images.
  event.stopPropagation();
  items[next]?.focus();
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
