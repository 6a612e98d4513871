// The page of one study: its series at the left, viewports with some of them.
import { useLayoutEffect, useMemo } from 'preact/hooks';
import { ExportDialog } from '../exporting/export-dialog.tsx';
import { PrintSheet } from '../exporting/print-sheet.tsx';
import { FusionBar } from '../fusion/fusion-bar.tsx';
import { ViewportGrid } from '../grid/viewport-grid.tsx';
import { HangingEditor } from '../hanging/hanging-editor.tsx';
import { KeyHelp } from '../keys/key-help.tsx';
import { mouseHelp } from '../keys/mouse-help.ts';
import { MeasurementList } from '../measuring/measurement-list.tsx';
import { QuestionDialog } from '../measuring/question-dialog.tsx';
import { PriorsList } from '../priors/priors-list.tsx';
import { PlaneMeasurementList } from '../reformat/plane-measurement-list.tsx';
import { ReformatPage } from '../reformat/reformat-page.tsx';
import { ReportPanel } from '../reports/report-panel.tsx';
import { isShared } from '../shell/server-fetch.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { SolidPage } from '../solid/solid-page.tsx';
import { commandGroups } from './command-groups.ts';
import { modalityInSight } from './in-sight.ts';
import { makePage, type StudyPageParts } from './make-page.ts';
import { studyAhead } from './page-ahead.ts';
import { runPage } from './run-page.ts';
import { SeriesList } from './series-list.tsx';
import { NotOpen, Title } from './study-frame.tsx';
import type { StudySeries } from './study-model.ts';
import { Toolbar } from './toolbar.tsx';
import '../presenting/presenting.css';
import './study.css';
import './phone.css';

/** The manifest is on its way while the page is drawn for the first time. */
function opened(uid: string): StudyPageParts {
  const made = makePage(uid);
  void made.study.load(studyAhead().take(uid));
  return made;
}

export function StudyPage({ uid }: { uid: string }) {
  const made = useMemo(() => opened(uid), [uid]);
  useLayoutEffect(() => runPage(made), [made]);
  const { study, allSeries } = made;
  const page = made.models();
  const isFurnished = made.isFurnished.value;
  const seriesOf = (seriesUid: string) => allSeries.value.find(({ manifest }) => manifest.uid === seriesUid);
  return (
    <div class="page">
      <TopBar>{study.manifest.value && <Title study={study} />}</TopBar>
      {study.state.value !== 'failed' ? (
        <main class="study" data-report={page.reports.open.value}>
          <div class="side">{isFurnished && <Side made={made} />}</div>
          {page.solid.series.value ? (
            <SolidPage solid={page.solid} />
          ) : page.reformat.series.value ? (
            <ReformatPage page={page} />
          ) : (
            <section class="reading">
              <div>
                {isFurnished ? <Toolbar page={page} /> : <div class="toolbar" />}
                <FusionBar fusion={page.fusion} />
              </div>
              <ViewportGrid page={page} seriesOf={seriesOf} />
            </section>
          )}
          <ReportPanel page={page} />
        </main>
      ) : (
        <NotOpen study={study} />
      )}
      {isFurnished && <Dialogs made={made} />}
    </div>
  );
}

interface PartProps {
  readonly made: StudyPageParts;
}

/** What there is to be shown, and what was measured. */
function Side({ made }: PartProps) {
  const { study, grid, measurements, saving, priors, solid, reformat } = made;
  const choose = (series: StudySeries) => {
    uncover(made);
    grid.open(series);
  };
  return (
    <>
      <SeriesList study={study} grid={grid} from={made} onChoose={choose}>
        {!isShared && <PriorsList priors={priors} grid={grid} from={made} onChoose={choose} />}
      </SeriesList>
      <MeasurementList
        measurements={measurements}
        saving={saving}
        onGo={(one) => {
          uncover(made);
          measurements.goTo(one);
        }}
      />
      <PlaneMeasurementList
        measurements={reformat.measurements}
        onGo={(one) => {
          solid.close();
          reformat.goTo(one);
        }}
      />
    </>
  );
}

function Dialogs({ made }: PartProps) {
  const page = made.models();
  return (
    <>
      <QuestionDialog questions={made.questions} />
      <HangingEditor hanging={made.hanging} />
      <ExportDialog exporting={made.exporting} studyUid={made.uid} />
      <PrintSheet exporting={made.exporting} />
      <KeyHelp groups={commandGroups(modalityInSight(page))} mouse={mouseHelp()} />
    </>
  );
}

/** Images are to be seen: what stands in the place of the viewports goes. */
function uncover({ solid, reformat }: Pick<StudyPageParts, 'solid' | 'reformat'>): void {
  solid.close();
  reformat.close();
}
