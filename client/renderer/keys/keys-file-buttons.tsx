// Keys and mouse to a file and back.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { mouseButtons } from '../viewport/mouse-buttons.ts';
import { settingsTexts } from '../words/settings.ts';
import { keepKeyChanges, keyChanges } from './bindings.ts';
import { mostKeysFileBytes, readKeysFile, writeKeysFile } from './keys-file.ts';
import { setMouse } from './mouse-settings.ts';

type Outcome = 'unreadable' | 'large' | { readonly taken: number };

export function KeysFileButtons() {
  const field = useRef<HTMLInputElement>(null);
  const outcome = useSignal<Outcome | null>(null);
  const texts = settingsTexts.value.file;
  const read = async (file: File | undefined) => {
    if (file) outcome.value = await takeFile(file);
    // The same file may be read again.
    if (field.current) field.current.value = '';
  };
  return (
    <div class="settings-bar">
      <button type="button" class="button" onClick={saveFile}>
        {texts.export}
      </button>
      <button type="button" class="button" onClick={() => field.current?.click()}>
        {texts.import}
      </button>
      <input
        ref={field}
        id="keys-file"
        type="file"
        accept="application/json,.json"
        aria-label={texts.import}
        hidden
        onChange={({ currentTarget }) => void read(currentTarget.files?.[0])}
      />
      <span role="status">{outcome.value && said(outcome.value)}</span>
    </div>
  );
}

function said(outcome: Outcome): string {
  const texts = settingsTexts.value.file;
  return typeof outcome === 'string' ? texts[outcome] : texts.taken(outcome.taken);
}

async function takeFile(file: File): Promise<Outcome> {
  if (file.size > mostKeysFileBytes) return 'large';
  const found = readKeysFile(await file.text());
  if (!found) return 'unreadable';
  keepKeyChanges(found.keys);
  setMouse(found.mouse);
  return { taken: Object.keys(found.keys).length };
}

function saveFile(): void {
  const text = writeKeysFile({ keys: keyChanges.peek(), mouse: mouseButtons.peek() });
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'strata-keys.json';
  link.click();
  URL.revokeObjectURL(address);
}
