// The page of one study: its series at the left, viewports with some of them.
import { effect, untracked } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { startDecodePool } from '../decoding/start-pool.ts';
import { displayDate } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { GridModel } from '../grid/grid-model.ts';
import { SeriesMemory } from '../grid/series-memory.ts';
import { ViewportGrid } from '../grid/viewport-grid.tsx';
import { ImageLoader } from '../loading/image-loader.ts';
import { memoryOfPage } from '../loading/memory-shares.ts';
import { MeasurementList } from '../measuring/measurement-list.tsx';
import { MeasurementsModel } from '../measuring/measurements-model.ts';
import { QuestionDialog } from '../measuring/question-dialog.tsx';
import { Questions } from '../measuring/questions.ts';
import { changedStudy, strataClient, timesOnline } from '../shell/connection.ts';
import { goToWorklist } from '../shell/location.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { commandOfKey } from './commands.ts';
import { chordOf } from './key-chords.ts';
import { KeyHelp } from './key-help.tsx';
import type { PageModels } from './page-models.ts';
import { publishStudy } from './publish-study.ts';
import { SeriesList } from './series-list.tsx';
import type { Slice } from './stack.ts';
import { StudyModel } from './study-model.ts';
import { Toolbar } from './toolbar.tsx';
import { ViewerModel } from './viewer-model.ts';
import './study.css';

export function StudyPage({ uid }: { uid: string }) {
  const models = useMemo(() => makeModels(uid), [uid]);
  const [help, setHelp] = useState(false);
  const { study, grid, measurements, questions } = models;
  const viewer = grid.active;
  const page: PageModels = { study, grid, measurements, viewer };
  const seriesOf = (seriesUid: string) =>
    study.series.value.find(({ manifest }) => manifest.uid === seriesUid);
  useEffect(() => start(models, () => setHelp(true)), [models]);
  const manifest = study.manifest.value;
  return (
    <div class="page">
      <TopBar>{manifest && <Title study={study} />}</TopBar>
      {manifest ? (
        <main class="study">
          <div class="side">
            <SeriesList study={study} grid={grid} from={models} />
            <MeasurementList measurements={measurements} />
          </div>
          <section class="reading">
            <Toolbar page={page} onHelp={() => setHelp(true)} />
            <ViewportGrid grid={grid} seriesOf={seriesOf} />
          </section>
        </main>
      ) : (
        <NotOpen study={study} />
      )}
      <QuestionDialog questions={questions} />
      {help && (
        <KeyHelp modality={viewer.series.value?.manifest.modality ?? ''} onClose={() => setHelp(false)} />
      )}
    </div>
  );
}

function makeModels(uid: string) {
  const source = strataClient();
  const bytes = memoryOfPage();
  const pool = startDecodePool(bytes.states, (frame) => images.forgotten(frame));
  const images: ImageLoader = new ImageLoader({ source, decoder: pool, memory: bytes });
  const memory = new SeriesMemory();
  const isMeasured = (slice: Slice): boolean => measurements.isMeasured(slice);
  const grid: GridModel = new GridModel((id) => new ViewerModel({ id, images, memory, isMeasured }));
  const study = new StudyModel(source, uid);
  const questions = new Questions();
  const measurements: MeasurementsModel = new MeasurementsModel(grid, () => study.series.peek(), questions);
  return { source, pool, images, grid, study, measurements, questions };
}

/** Starts what the page does by itself. @returns the function that ends it */
function start(
  { study, grid, measurements, images, pool }: ReturnType<typeof makeModels>,
  showHelp: () => void,
): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === '?') showHelp();
    else studyKey(event, { study, grid, measurements, viewer: grid.active });
  };
  addEventListener('keydown', onKey);
  const endings = [
    measurements.start(),
    effect(() => {
      const series = study.series.value;
      untracked(() => grid.offer(series));
    }),
    effect(() => {
      if (timesOnline.value === 0) return;
      untracked(() => {
        grid.retry();
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
    effect(() => publishStudy(study, grid, measurements)),
  ];
  void study.load();
  return () => {
    removeEventListener('keydown', onKey);
    for (const end of endings) end();
    study.close();
    grid.close();
    images.close();
    void pool.close();
  };
}

function studyKey(event: KeyboardEvent, page: PageModels): void {
  const { target } = event;
  if (document.querySelector('dialog[open]') || target instanceof HTMLInputElement) return;
  if (event.key === 'Escape') {
    goToWorklist();
    return;
  }
  // On a button, Enter and Space press it.
  if (target instanceof HTMLButtonElement && (event.key === 'Enter' || event.key === ' ')) return;
  const command = commandOfKey(chordOf(event), page.viewer.series.value?.manifest.modality ?? '');
  if (!command) return;
  event.preventDefault();
  command.run(page);
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
