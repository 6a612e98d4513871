// Beside the list: the study at hand, its series, the patient's other studies, and where its images are.
import type { ComponentChildren } from 'preact';
import { displayDate, displayDateTime } from '../format/dates.ts';
import { modalitiesInOrder } from '../format/modalities.ts';
import { displayName } from '../format/person-name.ts';
import { keysOf } from '../keys/bindings.ts';
import { hinted } from '../keys/chords.ts';
import { besideAddress } from '../priors/beside.ts';
import { ShareButton } from '../sharing/share-button.tsx';
import { goTo } from '../shell/location.ts';
import { imageCount } from '../words/counts.ts';
import { errorText } from '../words/errors.ts';
import { seriesText } from '../words/series.ts';
import { panelTexts } from '../words/study-panel.ts';
import { worklistTexts } from '../words/worklist.ts';
import type { Answer, PanelModel } from './panel-model.ts';
import { placeLines, type StudyPlaces, safetyOf } from './places.ts';
import type { SeriesLine } from './series-lines.ts';
import { worklistCommand } from './worklist-keys.ts';
import './study-panel.css';

export function StudyPanel({ panel }: { panel: PanelModel }) {
  const study = panel.study.value;
  const texts = panelTexts.value;
  return (
    <aside class="study-panel" aria-label={texts.title}>
      <button
        type="button"
        class="button close"
        aria-label={texts.close}
        title={hinted(texts.close, keysOf(worklistCommand('panel')))}
        onClick={() => panel.toggle()}
      >
        ×
      </button>
      {!study && <p class="dim">{texts.choose}</p>}
      {study && (
        <>
          <h2>{displayName(study.patientName) || study.patientId || worklistTexts.value.noName}</h2>
          <p>
            {[
              displayDateTime(study.studyDate, study.studyTime),
              modalitiesInOrder(study.modalities).join(', '),
              study.description,
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <ShareButton study={study} />
          <Part title={texts.series} answer={panel.series.value}>
            {(series) => <SeriesTable series={series} />}
          </Part>
          <Others panel={panel} />
          <Part title={texts.status} answer={panel.places.value}>
            {(places) => <Places places={places} />}
          </Part>
        </>
      )}
    </aside>
  );
}

interface PartProps<Value> {
  readonly title: string;
  readonly answer: Answer<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

function Part<Value>({ title, answer, children }: PartProps<Value>) {
  return (
    <section aria-label={title} data-state={answer.state}>
      <h3>{title}</h3>
      {answer.state === 'asked' && <p class="dim">…</p>}
      {answer.state === 'failed' && <p class="dim">{panelTexts.value.notKnown(errorText(answer.error))}</p>}
      {answer.state === 'there' && children(answer.value)}
    </section>
  );
}

function SeriesTable({ series }: { series: readonly SeriesLine[] }) {
  if (series.length === 0) return <p class="dim">{panelTexts.value.none}</p>;
  return (
    <ul>
      {series.map(({ uid, number, modality, description, instances }) => (
        <li key={uid}>
          <span class="dim">{number}</span>
          <span class="modality">{modality}</span>
          <span class="long">
            {seriesText({ modality, description }) || <em>{panelTexts.value.noDescription}</em>}
          </span>
          <span class="dim">{instances}</span>
        </li>
      ))}
    </ul>
  );
}

function Others({ panel }: { panel: PanelModel }) {
  const studies = panel.priors.value?.studies.value ?? [];
  const study = panel.study.value;
  const texts = panelTexts.value;
  const open = (event: MouseEvent, address: string) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(address);
  };
  return (
    <section aria-label={texts.othersOfPatient}>
      <h3>{texts.others}</h3>
      {studies.length === 0 && <p class="dim">{panelTexts.value.none}</p>}
      <ul>
        {studies.map(({ studyUid, studyDate, modalities, description, frameCount }) => {
          const alone = `/study/${studyUid}`;
          const beside = study && besideAddress(study.studyUid, studyUid);
          return (
            <li key={studyUid}>
              <a href={alone} onClick={(event) => open(event, alone)}>
                <span>{displayDate(studyDate) || texts.noDate}</span>
                <span class="modality">{modalitiesInOrder(modalities).join(' ')}</span>
                <span class="long">{description}</span>
                <span class="dim">{imageCount(frameCount)}</span>
              </a>
              {beside && (
                <a class="beside" href={beside} onClick={(event) => open(event, beside)}>
                  {texts.beside}
                </a>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Places({ places }: { places: StudyPlaces }) {
  const { tone, words } = safetyOf(places);
  return (
    <>
      <p class="safety" data-tone={tone}>
        {words}
      </p>
      <ul>
        {placeLines(places).map(({ where, what, isAlive }) => (
          <li key={`${where} ${what}`} class="place">
            <b>{where}</b>
            <span class="dim">{what}</span>
            {!isAlive && <span class="away">{panelTexts.value.unreachable}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
