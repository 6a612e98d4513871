// Takes what is dropped anywhere on the page, and says so while it is carried over it.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { uploadTexts } from '../words/uploading.ts';
import { droppedEntries, filesBelow } from './dropped-files.ts';
import { uploads } from './page-uploads.ts';

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;

export function DropZone() {
  const isOver = useSignal(false);
  useEffect(() => {
    // The browser tells of every element that is passed: those entered and not left yet.
    let depth = 0;
    const onEnter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth++;
      isOver.value = true;
    };
    const onLeave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      isOver.value = depth > 0;
    };
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const onDrop = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      depth = 0;
      isOver.value = false;
      void uploads.add(filesBelow(droppedEntries(event.dataTransfer)));
    };
    const ended = new AbortController();
    const { signal } = ended;
    addEventListener('dragenter', onEnter, { signal });
    addEventListener('dragleave', onLeave, { signal });
    addEventListener('dragover', onOver, { signal });
    addEventListener('drop', onDrop, { signal });
    return () => ended.abort();
  }, []);
  if (!isOver.value) return null;
  return (
    <div class="drop-zone" role="status">
      <p>
        <b>{uploadTexts.value.dropHere}</b>
        <span class="dim">{uploadTexts.value.dropWhat}</span>
      </p>
    </div>
  );
}
