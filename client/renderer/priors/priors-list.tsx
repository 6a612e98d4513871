// The patient's other studies below the series: a click opens one, its series can then be shown beside the present ones.
import type { WorklistStudy } from '@strata/protocol/worklist';
import { displayDate } from '../format/dates.ts';
import { modalitiesInOrder } from '../format/modalities.ts';
import type { GridModel } from '../grid/grid-model.ts';
import { SeriesItems, type ThumbnailSource } from '../study/series-list.tsx';
import type { StudySeries } from '../study/study-model.ts';
import { imageCount } from '../words/counts.ts';
import { studyTexts } from '../words/study.ts';
import type { PriorsModel } from './priors-model.ts';
import './priors.css';

interface PriorsProps {
  readonly priors: PriorsModel;
  readonly grid: GridModel;
  readonly from: ThumbnailSource;
  readonly onChoose: (series: StudySeries) => void;
}

export function PriorsList({ priors, ...props }: PriorsProps) {
  const studies = priors.studies.value;
  if (studies.length === 0) return null;
  return (
    <section class="priors" aria-label={studyTexts.value.otherStudiesOfPatient}>
      <h2>{studyTexts.value.otherStudies}</h2>
      {studies.map((study) => (
        <Prior key={study.studyUid} study={study} priors={priors} {...props} />
      ))}
    </section>
  );
}

function Prior({ study, priors, ...props }: PriorsProps & { study: WorklistStudy }) {
  const { studyUid } = study;
  const open = priors.open.value.find(({ uid }) => uid === studyUid);
  const toggle = () => (open ? priors.closeStudy(studyUid) : void priors.openStudy(studyUid));
  return (
    <>
      <button
        type="button"
        class="prior"
        data-study={studyUid}
        aria-expanded={Boolean(open)}
        onClick={toggle}
      >
        <b>{displayDate(study.studyDate) || studyTexts.value.noDate}</b>
        <span>{modalitiesInOrder(study.modalities).join(', ')}</span>
        <span class="description">{study.description}</span>
        <span class="dim">{imageCount(study.frameCount)}</span>
      </button>
      {open && open.state.value === 'failed' && <p class="dim failed">{open.message.value}</p>}
      {open && <SeriesItems series={open.series.value} {...props} />}
    </>
  );
}
