// Files and folders by a button, for who does not drag.
import { useRef } from 'preact/hooks';
import { uploadTexts } from '../words/uploading.ts';
import { chosenFiles } from './dropped-files.ts';
import { isPanelAsked, uploads } from './page-uploads.ts';

/** Opens the panel, where files are chosen. */
export function UploadButton() {
  return (
    <button
      type="button"
      class="button upload"
      title={uploadTexts.value.hint}
      aria-pressed={isPanelAsked.value}
      onClick={() => {
        isPanelAsked.value = !isPanelAsked.value;
      }}
    >
      {uploadTexts.value.button}
    </button>
  );
}

export function ChooseFiles() {
  return (
    <p class="choose-files">
      <Chooser text={uploadTexts.value.files} kind="files" />
      <Chooser text={uploadTexts.value.folder} kind="folder" />
    </p>
  );
}

function Chooser({ text, kind }: { text: string; kind: 'files' | 'folder' }) {
  const input = useRef<HTMLInputElement>(null);
  const onChange = () => {
    const files = [...(input.current?.files ?? [])];
    if (input.current) input.current.value = '';
    if (files.length > 0) void uploads.add(chosenFiles(files));
  };
  return (
    <>
      <button type="button" class="button" onClick={() => input.current?.click()}>
        {text}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        data-choose={kind}
        onChange={onChange}
        {...(kind === 'folder' && { webkitdirectory: true })}
      />
    </>
  );
}
