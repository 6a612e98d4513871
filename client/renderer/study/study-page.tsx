// The page of one study: its series at the left, the chosen one in the viewport.
import { effect, untracked } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { startDecodePool } from '../decoding/start-pool.ts';
import { displayDate } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { changedStudy, strataClient, timesOnline } from '../shell/connection.ts';
import { goToWorklist } from '../shell/location.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { commandOfKey } from './commands.ts';
import { KeyHelp } from './key-help.tsx';
import { publishStudy } from './publish-study.ts';
import { SeriesList } from './series-list.tsx';
import { StudyModel } from './study-model.ts';
import { Toolbar } from './toolbar.tsx';
import { ViewerModel } from './viewer-model.ts';
import { ViewportPane } from './viewport-pane.tsx';
import './study.css';

export function StudyPage({ uid }: { uid: string }) {
  const models = useMemo(() => makeModels(uid), [uid]);
  const [help, setHelp] = useState(false);
  const { study, viewer } = models;
  useEffect(() => start(models, () => setHelp(true)), [models]);
  const manifest = study.manifest.value;
  return (
    <div class="page">
      <TopBar>{manifest && <Title study={study} />}</TopBar>
      {manifest ? (
        <main class="study">
          <SeriesList study={study} from={models} />
          <section class="reading">
            <Toolbar viewer={viewer} study={study} onHelp={() => setHelp(true)} />
            <ViewportPane viewer={viewer} patient={manifest.patient} study={manifest.study} />
          </section>
        </main>
      ) : (
        <NotOpen study={study} />
      )}
      {help && (
        <KeyHelp modality={viewer.series.value?.manifest.modality ?? ''} onClose={() => setHelp(false)} />
      )}
    </div>
  );
}

function makeModels(uid: string) {
  const source = strataClient();
  const pool = startDecodePool((frame) => viewer.forgotten(frame));
  const viewer: ViewerModel = new ViewerModel(source, pool);
  return { source, pool, viewer, study: new StudyModel(source, uid) };
}

/** Starts what the page does by itself. @returns the function that ends it */
function start({ study, viewer, pool }: ReturnType<typeof makeModels>, showHelp: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === '?') showHelp();
    else studyKey(event, study, viewer);
  };
  addEventListener('keydown', onKey);
  const endings = [
    effect(() => {
      const series = study.chosen.value;
      if (series && series !== viewer.series.peek()) untracked(() => viewer.openSeries(series));
    }),
    effect(() => {
      if (timesOnline.value === 0) return;
      untracked(() => {
        viewer.retry('what was out of reach');
        if (study.state.value === 'failed') void study.load();
      });
    }),
    effect(() => {
      if (changedStudy.value?.uid === study.uid) untracked(() => void study.load());
    }),
    effect(() => {
      const patient = study.manifest.value?.patient;
      document.title = patient ? `${displayName(patient.name) || patient.id} · Strata` : 'Strata';
    }),
    effect(() => publishStudy(study, viewer)),
  ];
  void study.load();
  return () => {
    removeEventListener('keydown', onKey);
    for (const end of endings) end();
    study.close();
    viewer.close();
    void pool.close();
  };
}

function studyKey(event: KeyboardEvent, study: StudyModel, viewer: ViewerModel): void {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape') {
    goToWorklist();
    return;
  }
  const command = commandOfKey(event.key, viewer.series.value?.manifest.modality ?? '');
  if (!command) return;
  event.preventDefault();
  command.run(viewer, study);
}

function Title({ study }: { study: StudyModel }) {
  const manifest = study.manifest.value;
  if (!manifest) return null;
  const { patient, study: head } = manifest;
  return (
    <h1 class="study-title">
      <b>{displayName(patient.name) || 'no name'}</b>
      <span class="dim">{patient.id}</span>
      <span>{head.description}</span>
      <span class="dim">{displayDate(head.date)}</span>
    </h1>
  );
}

function NotOpen({ study }: { study: StudyModel }) {
  const { instances, of } = study.progress.value;
  return (
    <main class="not-open" aria-live="polite">
      {study.state.value === 'failed' ? (
        <>
          <p>This study cannot be opened.</p>
          <p class="dim">{study.message.value}</p>
          <p>
            <button type="button" class="button" onClick={() => void study.load()}>
              Try again
            </button>
            <button type="button" class="button" onClick={goToWorklist}>
              Worklist
            </button>
          </p>
        </>
      ) : (
        <p class="dim">Opening the study{of > 0 ? `: ${instances} of ${of} objects` : ''} …</p>
      )}
    </main>
  );
}
