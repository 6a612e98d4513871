// The dialog of exports: an image, a film, the originals.

import { useEffect, useRef } from 'preact/hooks';
import { keyCap } from '../keys/chords.ts';
import { isShared } from '../shell/server-fetch.ts';
import { errorText } from '../words/errors.ts';
import { exportTexts } from '../words/exporting.ts';
import { shellTexts } from '../words/shell.ts';
import { ExportError } from './export-error.ts';
import type { ExportModel, News, Part } from './export-model.ts';
import { FilmPart } from './film-part.tsx';
import { ImagePart } from './image-part.tsx';
import { OriginalsPart } from './originals-part.tsx';
import './exporting.css';

export function ExportDialog({ exporting, studyUid }: { exporting: ExportModel; studyUid: string }) {
  const part = exporting.open.value;
  return part && <Dialog exporting={exporting} part={part} studyUid={studyUid} />;
}

interface DialogProps {
  readonly exporting: ExportModel;
  readonly part: Part;
  readonly studyUid: string;
}

function Dialog({ exporting, part, studyUid }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const words = exportTexts.value;
  // The addresses of archives are not for the pages of a share link.
  const parts: readonly Part[] = isShared ? ['image', 'film'] : ['image', 'film', 'originals'];
  return (
    <dialog ref={dialog} class="exporting" aria-label={words.open} onClose={() => exporting.close()}>
      <h2>
        {words.open}
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {shellTexts.value.close} <kbd>{keyCap('Escape')}</kbd>
        </button>
      </h2>
      <div class="parts" role="tablist">
        {parts.map((one) => (
          <button
            key={one}
            type="button"
            class="button"
            role="tab"
            aria-selected={one === part}
            onClick={() => exporting.turnTo(one)}
          >
            {words.parts[one]}
          </button>
        ))}
      </div>
      {part === 'image' && <ImagePart exporting={exporting} />}
      {part === 'film' && <FilmPart exporting={exporting} />}
      {part === 'originals' && <OriginalsPart exporting={exporting} studyUid={studyUid} />}
      <p class="news" role={exporting.news.value?.kind === 'failed' ? 'alert' : 'status'}>
        <NewsLine exporting={exporting} news={exporting.news.value} />
      </p>
    </dialog>
  );
}

function NewsLine({ exporting, news }: { exporting: ExportModel; news: News | null }) {
  const words = exportTexts.value;
  if (!news) return null;
  if (news.kind === 'saved') return <span>{words.saved(news.name)}</span>;
  if (news.kind === 'failed') return <span class="failed">{words.failed(reasonOf(news.error))}</span>;
  if (news.kind === 'copied' || news.kind === 'cancelled') return <span>{words[news.kind]}</span>;
  return (
    <>
      {news.kind === 'working' ? (
        <>
          <progress max={news.of} value={news.done} aria-label={words.parts.film} />
          <span>{words.working(news.done, news.of)}</span>
        </>
      ) : (
        <span>{words.fetching}</span>
      )}
      <button type="button" class="button" onClick={() => exporting.cancel()}>
        {shellTexts.value.cancel}
      </button>
    </>
  );
}

/** In the page's language: the reasons of this folder by their code, all others as the page says them. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ExportError) || error.code === 'not-loaded') return errorText(error);
  return exportTexts.value.reasons[error.code];
}
