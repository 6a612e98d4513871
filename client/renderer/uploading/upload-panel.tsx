// How far the uploads are: in a corner over the page, which goes on being used.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { displayBytes } from '../format/quantities.ts';
import { goTo } from '../shell/location.ts';
import { uploadTexts } from '../words/uploading.ts';
import { ChooseFiles } from './choose-files.tsx';
import { isPanelAsked, uploads } from './page-uploads.ts';
import { RefusedList } from './refused-list.tsx';
import { type StudyName, studyName } from './study-names.ts';
import './uploading.css';

/** Studies that are linked to; a set of more is looked for in the worklist. */
const MOST_LINKS = 50;

export function UploadPanel() {
  const state = uploads.state.value;
  if (state === 'none' && !isPanelAsked.value) return null;
  const texts = uploadTexts.value;
  const isBusy = state === 'sending' || state === 'waiting';
  const close = () => {
    isPanelAsked.value = false;
    uploads.clear();
  };
  return (
    <aside class="upload-panel" aria-label={texts.title} data-state={state}>
      <header>
        <h2>{texts.title}</h2>
        <button type="button" class="button" onClick={isBusy ? () => uploads.cancel() : close}>
          {isBusy ? texts.cancel : texts.close}
        </button>
      </header>
      {state === 'none' ? <p class="dim">{texts.drop}</p> : <Progress />}
      <RefusedList refused={uploads.refused.value} count={uploads.figures.value.refused} />
      <StoredStudies />
      {!isBusy && <ChooseFiles />}
    </aside>
  );
}

function Progress() {
  const texts = uploadTexts.value;
  const state = uploads.state.value;
  const { files, isFinding, bytes, sentBytes, rate, stored, already, refused, skipped } =
    uploads.figures.value;
  const settled = stored + already + refused + skipped;
  const isFirst = isFinding && files === 0;
  const counts = [
    texts.stored(stored),
    already > 0 ? texts.already(already) : '',
    skipped > 0 ? texts.skipped(skipped) : '',
    state === 'cancelled' && files > settled ? texts.notSent(files - settled) : '',
  ];
  return (
    <>
      <p role="status" class="upload-state">
        {isFirst ? texts.states.finding : texts.states[state]}
      </p>
      <progress max={Math.max(1, bytes)} value={state === 'done' ? Math.max(1, bytes) : sentBytes} />
      <p class="upload-figures">
        <span>
          {texts.objects(settled, files)}
          {isFinding && ' …'}
        </span>
        <span class="dim">{texts.bytes(displayBytes(sentBytes), displayBytes(bytes))}</span>
        {state === 'sending' && <span class="dim">{texts.rate(displayBytes(Math.round(rate)))}</span>}
      </p>
      <p class="upload-counts">{counts.filter(Boolean).join(' · ')}</p>
    </>
  );
}

/** The studies that came, when all is there. */
function StoredStudies() {
  const state = uploads.state.value;
  const studies = [...uploads.studies.value];
  if (state === 'sending' || state === 'waiting' || studies.length === 0) return null;
  return (
    <section aria-label={uploadTexts.value.studies}>
      <h3>{uploadTexts.value.studies}</h3>
      <ul class="upload-studies">
        {studies.slice(0, MOST_LINKS).map(([uid, files]) => (
          <StudyLink key={uid} uid={uid} files={files} />
        ))}
      </ul>
      {studies.length > MOST_LINKS && (
        <p class="dim">{uploadTexts.value.more(studies.length - MOST_LINKS)}</p>
      )}
    </section>
  );
}

function StudyLink({ uid, files }: { uid: string; files: number }) {
  const name = useSignal<StudyName | null>(null);
  useEffect(() => {
    void studyName(uid).then((known) => {
      name.value = known;
    });
  }, [uid]);
  const address = `/study/${uid}`;
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(address);
  };
  return (
    <li>
      <a href={address} onClick={open}>
        <b>{name.value ? name.value.patient || uploadTexts.value.noName : uid}</b>
        <span class="dim">
          {[name.value?.about, uploadTexts.value.study(files)].filter(Boolean).join(' · ')}
        </span>
      </a>
    </li>
  );
}
