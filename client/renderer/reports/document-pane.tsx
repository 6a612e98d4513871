// What stands in a viewport whose series has no images: its documents, one at a time.
import type { DocumentAnswer } from '@strata/protocol/documents';
import { useEffect, useRef, useState } from 'preact/hooks';
import { displayBytes } from '../format/quantities.ts';
import type { PageModels } from '../study/page-models.ts';
import type { StudySeries } from '../study/study-model.ts';
import { reportTexts } from '../words/reports.ts';
import { shellTexts } from '../words/shell.ts';
import { ClinicalFile } from './clinical/clinical-file.tsx';
import { DocumentView } from './document-view.tsx';
import { fileAddress, loadDocument, openFile } from './documents.ts';
import { showImage } from './find-image.ts';
import { type AboutWhom, printDocument } from './print-document.ts';
import './reports.css';

export function DocumentPane({ series, page }: { series: StudySeries; page: PageModels }) {
  const words = reportTexts.value;
  const { documents } = series.stack;
  const [at, setAt] = useState(0);
  const chosen = documents[Math.min(at, documents.length - 1)];
  return (
    <div class="document-pane">
      {documents.length > 1 && (
        <label class="which">
          <span class="dim">{words.choose}</span>
          <select value={at} onChange={({ currentTarget }) => setAt(Number(currentTarget.value))}>
            {documents.map(({ uid, kind }, index) => (
              <option key={uid} value={index}>{`${index + 1} · ${kind}`}</option>
            ))}
          </select>
        </label>
      )}
      {chosen && <OneDocument key={chosen.uid} uid={chosen.uid} kind={chosen.kind} page={page} />}
    </div>
  );
}

interface OneProps {
  /** SOP Instance UID. */
  readonly uid: string;
  /** In words. */
  readonly kind: string;
  readonly page: PageModels;
}

type Opened = DocumentAnswer | 'reading' | { readonly message: string };

/** Reads a document and shows it, or says why not. */
export function OneDocument({ uid, kind, page }: OneProps) {
  const [opened, setOpened] = useState<Opened>('reading');
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setOpened('reading');
    loadDocument(uid, stop.signal).then(setOpened, (error: unknown) => {
      if (!stop.signal.aborted)
        setOpened({ message: error instanceof Error ? error.message : String(error) });
    });
    return () => stop.abort();
  }, [uid, tries]);
  const words = reportTexts.value;
  const text = useRef<HTMLElement>(null);
  const print = () => {
    const article = text.current?.querySelector('article');
    if (article) printDocument(article, aboutWhom(uid, page));
  };
  if (opened === 'reading') return <p class="state dim">{words.reading}</p>;
  if ('message' in opened) {
    return (
      <div class="state" role="alert">
        <p>{words.notRead}</p>
        <p class="dim">{opened.message}</p>
        <button type="button" class="button" onClick={() => setTries(tries + 1)}>
          {shellTexts.value.tryAgain}
        </button>
      </div>
    );
  }
  const { report, file } = opened;
  if (!report && !file) {
    return (
      <p class="state" role="status">
        {words.nothing(kind)}
      </p>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by the keyboard too
    <section ref={text} class="scroll" tabIndex={0} aria-label={words.document} data-document={uid}>
      {(report || file?.kind === 'xml') && (
        <button type="button" class="button print" onClick={print}>
          {words.print}
        </button>
      )}
      {report && (
        <DocumentView
          report={report}
          series={page.allSeries.value}
          onImage={(image) => showImage(image, page.grid)}
        />
      )}
      {file?.kind === 'xml' && <ClinicalFile uid={uid} length={file.length} />}
      {file && <FileInside uid={uid} file={file} />}
    </section>
  );
}

/** The study that a document belongs to: the page may show earlier ones of the patient beside it. */
function aboutWhom(uid: string, { allSeries, study }: PageModels): AboutWhom | null {
  const listed = allSeries.peek().find(({ stack }) => stack.documents.some((one) => one.uid === uid));
  return listed ?? study.manifest.peek();
}

function FileInside({ uid, file }: { uid: string; file: NonNullable<DocumentAnswer['file']> }) {
  const words = reportTexts.value;
  const [problem, setProblem] = useState('');
  const kinds = { pdf: words.pdf, xml: words.clinical, other: file.mimeType || words.file };
  const action = { pdf: words.openPdf, xml: words.openText, other: words.saveFile }[file.kind];
  const address = fileAddress(uid);
  const open = () =>
    openFile(uid).catch((error: unknown) =>
      setProblem(error instanceof Error ? error.message : String(error)),
    );
  return (
    <div class="state file" data-file={file.kind}>
      <p class="title">{file.title || kinds[file.kind]}</p>
      <p class="dim">
        {[file.title && kinds[file.kind], displayBytes(file.length)].filter(Boolean).join(' · ')}
      </p>
      {address ? (
        <a class="button" href={address} target="_blank" rel="noopener noreferrer">
          {action}
        </a>
      ) : (
        <button type="button" class="button" onClick={open}>
          {action}
        </button>
      )}
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
